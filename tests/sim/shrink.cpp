// SPDX-License-Identifier: Apache-2.0
#include "sim/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace dering::sim {
namespace {

constexpr std::uint64_t seeds_tried = 40;  ///< for each turn of a knob

/// "p5 talks to nobody" and "p2 talks to nobody" are one kind.
std::string kind_of(std::string_view fault) {
  std::string kind(fault);
  std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
  return kind;
}

std::string fault_of(std::uint64_t seed, const Order& order) {
  World world(seed, order);
  world.run();
  return world.faults().empty() ? std::string() : world.faults().front();
}

void set(Order& order, unsigned Knobs::* knob, unsigned value) {
  std::erase_if(order.set_knobs, [&](const auto& one) { return one.first == knob; });
  order.set_knobs.emplace_back(knob, value);
}

/// The same kind of fault with this order: in the seed at hand, or in one of its neighbours.
std::optional<Failing> failing_with(const Failing& failing, const Order& order) {
  const std::string kind = kind_of(failing.fault);
  for (std::uint64_t seed = failing.seed; seed < failing.seed + seeds_tried; ++seed) {
    std::string fault = fault_of(seed, order);
    if (kind_of(fault) == kind) return Failing{seed, order, std::move(fault)};
  }
  return std::nullopt;
}

/// From the simplest value up to half of the way.
std::vector<unsigned> lower_values(unsigned value, unsigned least) {
  std::vector<unsigned> values;
  for (unsigned step = value; step > 0; step /= 2) {
    const unsigned lower = std::max(value - std::min(step, value), least);
    if (lower < value && (values.empty() || values.back() != lower)) values.push_back(lower);
  }
  return values;
}

bool turn_down(Failing& failing, const KnobName& knob) {
  const unsigned now = knobs_of(failing.seed, failing.order).*knob.knob;
  for (const unsigned value : lower_values(now, knob.least)) {
    Order order = failing.order;
    set(order, knob.knob, value);
    if (auto smaller = failing_with(failing, order)) {
      failing = *std::move(smaller);
      return true;
    }
  }
  return false;
}

/// What the seed chose becomes an order, so that it holds for other seeds as well.
void fix_knobs(Failing& failing) {
  const Knobs knobs = knobs_of(failing.seed, failing.order);
  for (const KnobName& knob : knob_names) set(failing.order, knob.knob, knobs.*knob.knob);
}

}  // namespace

Failing shrunk(Failing failing) {
  fix_knobs(failing);
  for (bool is_smaller = true; std::exchange(is_smaller, false);) {
    for (const KnobName& knob : knob_names) is_smaller = turn_down(failing, knob) || is_smaller;
  }
  return failing;
}

std::string command_line(const Failing& failing) {
  std::string knobs;
  for (const KnobName& known : knob_names) {
    for (const auto& [knob, value] : failing.order.set_knobs) {
      if (knob != known.knob) continue;
      knobs += fmt::format("{}{}={}", knobs.empty() ? "" : ",", known.name, value);
    }
  }
  std::string line = fmt::format("--seed {}", failing.seed);
  if (!knobs.empty()) line += " --set " + knobs;
  if (failing.order.plant != Plant::none) {
    line += fmt::format(" --plant {}", name_of(failing.order.plant));
  }
  return line;
}

bool set_knobs(std::string_view text, Order& order) {
  while (!text.empty()) {
    std::string_view value = take_until(text, ',');
    const std::string_view name = take_until(value, '=');
    const auto known = std::ranges::find(knob_names, name, &KnobName::name);
    const auto number = to_number<unsigned>(value);
    if (known == knob_names.end() || !number || *number < known->least) return false;
    set(order, known->knob, *number);
  }
  return true;
}

}  // namespace dering::sim
