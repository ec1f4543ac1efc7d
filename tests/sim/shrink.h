// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/world.h"

namespace dering::sim {

/// A world that fails, and all that is needed to see it again.
struct Failing {
  std::uint64_t seed = 0;
  Order order;
  std::string fault;  ///< the first sentence
};

/// A smaller world with the same kind of fault: fewer people and phones, fewer troubles, less time.
/// Knobs are turned down one by one for as long as the fault stays. With other knobs a seed is
/// another world, so each time a few seeds are tried. The same input gives the same output.
Failing shrunk(Failing failing);

/// "--seed 17 --set users=2,phones=1 --plant lost-bye"
std::string command_line(const Failing& failing);

/// Reads "users=2,phones=1" into the order; false if that is no list of knobs.
bool set_knobs(std::string_view text, Order& order);

}  // namespace dering::sim
