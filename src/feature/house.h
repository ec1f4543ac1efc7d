// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

#include "base/instant.h"
#include "feature/parking_board.h"

namespace dering::feature {

/// For how long phones ring, and how many at most.
struct Ringing {
  Duration time{};
  std::size_t most_phones = 20;  ///< in all, those that came later among them
};

/// What holds for every feature of this house, and what outlives its calls.
struct House {
  Ringing ringing{};
  ParkingBoard* parking = nullptr;                ///< null: nobody parks calls here
  Duration park_time = std::chrono::seconds(60);  ///< then a parked call returns
};

}  // namespace dering::feature
