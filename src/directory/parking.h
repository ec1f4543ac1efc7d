// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Places where a call waits until somebody takes it: values that all know.
namespace dering::directory {

/// The numbers of parking. A person who has one of them has it for themselves.
struct ParkingNumbers {
  std::string park = "70";         ///< whoever is sent there is parked
  std::uint16_t first_place = 71;  ///< what is dialled to take the call that waits there
  std::uint16_t places = 9;

  /// True of the number of a place, taken or not.
  bool is_place(std::string_view dialled) const;
};

/// A call that waits at a place.
struct ParkedCall {
  std::string place;      ///< its number
  std::string extension;  ///< who waits; empty of whoever hides it
  std::string name;       ///< theirs; may be empty

  bool operator==(const ParkedCall&) const = default;
};

/// To the pages of one person: all calls that wait because they parked them.
struct ParkingChanged {
  std::string extension;
  std::vector<ParkedCall> calls;
};

}  // namespace dering::directory
