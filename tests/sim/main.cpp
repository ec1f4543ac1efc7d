// SPDX-License-Identifier: Apache-2.0
//
// sim --seeds 1000 [--first N]     runs seeds N … and stops at the first that fails
// sim --seed N [--trace]           replays one
//     --plant NAME                 puts a fault into the world, to see it found
//
// Each 50th seed runs twice: the same seed must give the same trace.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "sim/knobs.h"
#include "sim/world.h"

namespace dering::sim {
namespace {

struct Order {
  std::uint64_t first = 1;
  std::uint64_t count = 1'000;
  Plant plant = Plant::none;
  bool is_traced = false;
};

std::optional<Order> order_from(int count, char** words) {
  Order order;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const std::string_view value = i + 1 < count ? words[i + 1] : "";
    const auto number = to_number<std::uint64_t>(value);
    if (word == "--trace") {
      order.is_traced = true;
      continue;
    }
    ++i;
    if (word == "--plant" && plant_from(value)) {
      order.plant = *plant_from(value);
    } else if (word == "--seeds" && number) {
      order.count = *number;
    } else if (word == "--first" && number) {
      order.first = *number;
    } else if (word == "--seed" && number) {
      order.first = *number;
      order.count = 1;
    } else {
      return std::nullopt;
    }
  }
  return order;
}

int run(const Order& order) {
  std::size_t calls = 0;
  std::size_t messages = 0;
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t seed = order.first; seed < order.first + order.count; ++seed) {
    World world(seed, order.plant, order.is_traced);
    world.run();
    calls += world.call_count();
    messages += world.message_count();
    if (!world.faults().empty()) {
      fmt::print("seed {} failed; replay it with --seed {} --trace\n", seed, seed);
      for (const auto& sentence : world.faults()) fmt::print("  {}\n", sentence);
      return 1;
    }
    if (seed % 50 != 0) continue;
    World again(seed, order.plant, false);
    again.run();
    if (again.trace_hash() != world.trace_hash()) {
      fmt::print("seed {} is not the same twice\n", seed);
      return 1;
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  fmt::print("sim: {} seeds, {} calls, {} messages; {:.0f} seeds a second\n", order.count, calls,
             messages, static_cast<double>(order.count) / taken.count());
  return 0;
}

}  // namespace
}  // namespace dering::sim

int main(int count, char** words) {
  const auto order = dering::sim::order_from(count, words);
  if (!order) {
    fmt::print("sim --seeds N [--first N] | --seed N [--trace]   [--plant NAME]\n");
    return 2;
  }
  dering::log::set_level(dering::log::Level::error);
  return dering::sim::run(*order);
}
