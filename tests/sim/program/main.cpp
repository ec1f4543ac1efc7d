// SPDX-License-Identifier: Apache-2.0
//
// Runs simulated worlds; see `help`. Each 50th seed runs twice: the same seed must give the same
// trace.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "sim/knobs.h"
#include "sim/shrink.h"
#include "sim/world.h"

namespace dering::sim {
namespace {

enum class Wish : std::uint8_t { run, shrink, help };

struct CommandLine {
  std::uint64_t first = 1;
  std::uint64_t count = 1'000;
  Wish wish = Wish::run;
  std::string record_to;
  Order order;
};

void print_help() {
  fmt::print(
      "sim: the whole switchboard, its phones and the people in front of them, in virtual time.\n"
      "A seed decides all that happens, so what failed fails again.\n"
      "\n"
      "  sim                             1,000 worlds, up to the first that fails\n"
      "  sim --seeds N --first SEED      N worlds, beginning with that seed\n"
      "  sim --seed SEED                 one world\n"
      "      --ladder                    prints its messages as arrows between columns\n"
      "      --trace                     prints all that happens in it, whole messages included\n"
      "      --shrink                    of the first world that fails, finds a smaller one with\n"
      "                                  the same kind of fault, and prints how to see it again\n"
      "      --record FILE               writes down what its switchboard takes, for dering "
      "replay\n"
      "      --record-from SECONDS       not from its beginning on\n"
      "      --set KNOB=NUMBER,…         what the seed shall not decide\n"
      "      --plant FAULT               puts a fault into the world, to see it found\n"
      "\n"
      "Faults to plant: {}\n"
      "\n"
      "Knobs, and what this seed makes of them:\n",
      plant_names());
}

void print_knobs(const CommandLine& line) {
  const Knobs knobs = knobs_of(line.first, line.order);
  for (const KnobName& knob : knob_names) {
    fmt::print("  {:14}{:>6}   {}\n", knob.name, knobs.*knob.knob, knob.what);
  }
}

/// Words without a value; false if this is none.
bool take_word(std::string_view word, CommandLine& line) {
  if (word == "--trace") {
    line.order.is_traced = true;
  } else if (word == "--ladder") {
    line.order.has_ladder = true;
  } else if (word == "--shrink") {
    line.wish = Wish::shrink;
  } else if (word == "--help") {
    line.wish = Wish::help;
  } else {
    return false;
  }
  return true;
}

bool take_pair(std::string_view word, std::string_view value, CommandLine& line) {
  if (word == "--set") return set_knobs(value, line.order);
  if (word == "--plant") {
    const auto plant = plant_from(value);
    line.order.plant = plant.value_or(Plant::none);
    return plant.has_value();
  }
  if (word == "--record") {
    line.record_to = value;
    if (!line.order.records_from) line.order.records_from = Duration{};
    return true;
  }
  const auto number = to_number<std::uint64_t>(value);
  if (!number) return false;
  if (word == "--seeds") {
    line.count = *number;
  } else if (word == "--first") {
    line.first = *number;
  } else if (word == "--seed") {
    line.first = *number;
    line.count = 1;
  } else if (word == "--record-from") {
    line.order.records_from = std::chrono::seconds(*number);
  } else {
    return false;
  }
  return true;
}

std::optional<CommandLine> read(int count, char** words) {
  CommandLine line;
  for (int i = 1; i < count; ++i) {
    if (take_word(words[i], line)) continue;
    if (i + 1 >= count || !take_pair(words[i], words[i + 1], line)) {
      fmt::print("sim does not know what {} means; sim --help tells more\n", words[i]);
      return std::nullopt;
    }
    ++i;
  }
  return line;
}

void tell(const Failing& failing, const World& world) {
  fmt::print("seed {} failed; see it again with sim {} --ladder\n", failing.seed,
             command_line(failing));
  for (const auto& sentence : world.faults()) fmt::print("  {}\n", sentence);
}

void shrink(const Failing& failing) {
  fmt::print("shrinking …\n");
  const Failing smallest = shrunk(failing);
  fmt::print("the smallest world that still fails: {}\nsee it with sim {} --ladder\n",
             smallest.fault, command_line(smallest));
}

int run(const CommandLine& line) {
  std::size_t calls = 0;
  std::size_t messages = 0;
  std::size_t transfers = 0;
  std::size_t worlds = 0;  ///< in which somebody was sent on
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t seed = line.first; seed < line.first + line.count; ++seed) {
    World world(seed, line.order);
    world.run();
    calls += world.call_count();
    messages += world.message_count();
    transfers += world.transfer_count();
    if (world.transfer_count() > 0) ++worlds;
    if (line.order.has_ladder) fmt::print("{}", world.ladder().text());
    if (!line.record_to.empty()) std::ofstream(line.record_to) << world.recording();
    if (!world.faults().empty()) {
      const Failing failing{seed, line.order, world.faults().front()};
      tell(failing, world);
      if (line.wish == Wish::shrink) shrink(failing);
      return 1;
    }
    if (seed % 50 != 0) continue;
    World again(seed, {.plant = line.order.plant, .set_knobs = line.order.set_knobs});
    again.run();
    if (again.trace_hash() != world.trace_hash()) {
      fmt::print("seed {} is not the same twice\n", seed);
      return 1;
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  fmt::print(
      "sim: {} seeds, {} calls, {} messages, {} transfers in {} worlds; {:.0f} seeds a second\n",
      line.count, calls, messages, transfers, worlds,
      static_cast<double>(line.count) / taken.count());
  return 0;
}

}  // namespace
}  // namespace dering::sim

int main(int count, char** words) {
  using namespace dering;
  const auto line = sim::read(count, words);
  if (!line) return 2;
  log::set_level(log::Level::error);
  if (line->wish == sim::Wish::help) {
    sim::print_help();
    sim::print_knobs(*line);
    return 0;
  }
  return sim::run(*line);
}
