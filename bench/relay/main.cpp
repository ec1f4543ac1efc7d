// SPDX-License-Identifier: Apache-2.0
//
// What it costs to relay a packet: CPU time of the engine per packet, by number of calls, beside a
// bare echo in the same minute on the same machine.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "relay/phones.h"
#include "relay/subject.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct Options {
  std::filesystem::path engine;
  std::vector<std::size_t> calls{10, 100, 1000};
  unsigned seconds = 5;
  unsigned rounds = 3;
  bool growth = true;
};

struct Row {
  std::string name;
  std::size_t calls = 0;
  nanoseconds interval{20ms};
};

struct Cost {
  double microseconds = 0;
  double cpu_share = 0;
  Phones::Result load;
  Phones::Result latency;
};

/// One of `latencies` that the given share of them does not exceed, in microseconds.
double percentile(std::vector<std::uint32_t>& latencies, double share) {
  if (latencies.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1));
  std::ranges::nth_element(latencies, latencies.begin() + static_cast<std::ptrdiff_t>(at));
  return latencies[at] / 1000.0;
}

Cost measure(Phones& phones, pid_t pid, const Row& row, std::chrono::seconds duration) {
  Cost cost;
  phones.talk(row.interval, 500ms, Phones::Measure::load);  // warms caches and tables
  const nanoseconds before = cpu_time_of(pid);
  cost.load = phones.talk(row.interval, duration, Phones::Measure::load);
  const nanoseconds used = cpu_time_of(pid) - before;
  const double packets = static_cast<double>(std::max<std::uint64_t>(1, cost.load.received));
  cost.microseconds = static_cast<double>(used.count()) / 1000.0 / packets;
  cost.cpu_share = 100.0 * static_cast<double>(used.count()) /
                   static_cast<double>(nanoseconds(duration).count());
  cost.latency = phones.talk(row.interval, 2s, Phones::Measure::latency);
  return cost;
}

std::optional<Cost> measure_engine(const Options& options, const Row& row) {
  EngineUnderTest engine(options.engine);
  const auto ufrags = engine.open_calls(row.calls);
  Phones phones(ufrags.size(), engine.address(), Phones::Hears::peer);
  if (!phones.connect(ufrags, engine.pwd())) return std::nullopt;
  return measure(phones, engine.pid(), row, std::chrono::seconds(options.seconds));
}

Cost measure_echo(const Options& options, const Row& row) {
  BareEcho echo;
  Phones phones(row.calls * 2, echo.address(), Phones::Hears::itself);
  return measure(phones, echo.pid(), row, std::chrono::seconds(options.seconds));
}

void print(const Row& row, Cost cost) {
  fmt::print("{:<22} {:>6} {:>9} {:>8.2f} {:>6.1f} {:>8} {:>6} {:>8.0f} {:>8.0f}\n", row.name,
             row.calls, cost.load.received, cost.microseconds, cost.cpu_share, cost.load.lost(),
             cost.load.wrong, percentile(cost.latency.latencies_ns, 0.5),
             percentile(cost.latency.latencies_ns, 0.99));
  std::fflush(stdout);
}

/// Steal and machine: what a reader must know to judge the figures.
std::string machine() {
  std::string model = "?";
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  std::string kernel;
  std::ifstream("/proc/sys/kernel/osrelease") >> kernel;
  return fmt::format("{}, Linux {}", model, kernel);
}

int run(const Options& options) {
  constexpr unsigned cpu_of_generator = 1;
  pin_to_cpu(cpu_of_generator);
  fmt::print("relay_bench {} on {}\n", DERING_VERSION, machine());
  fmt::print("budget per packet: must 6.0, stretch 5.4, bound 5.1 us\n\n");
  fmt::print("{:<22} {:>6} {:>9} {:>8} {:>6} {:>8} {:>6} {:>8} {:>8}\n", "what", "calls", "packets",
             "us/pkt", "cpu %", "lost", "wrong", "p50 us", "p99 us");
  std::vector<Row> rows;
  for (const std::size_t calls : options.calls) rows.push_back({"sealed relay", calls});
  if (options.growth) {
    rows.push_back({"growth: 20,000 pkt/s", 500, 50ms});
    rows.push_back({"growth: 20,000 pkt/s", 5000, 500ms});
  }
  bool is_clean = true;
  for (unsigned round = 0; round < options.rounds; ++round) {
    for (const Row& row : rows) {
      print({"bare echo (control)", row.calls, row.interval}, measure_echo(options, row));
      const auto cost = measure_engine(options, row);
      if (!cost) {
        fmt::print("{}: the phones could not connect\n", row.name);
        return 1;
      }
      print(row, *cost);
      is_clean = is_clean && cost->load.lost() == 0 && cost->load.wrong == 0;
    }
  }
  return is_clean ? 0 : 1;
}

}  // namespace
}  // namespace dering::bench

int main(int argc, char** argv) {
  dering::bench::Options options;
  options.engine = std::filesystem::path(argv[0]).parent_path() / "dering-media";
  CLI::App program("Measures what dering-media spends on a relayed packet.");
  program.add_option("--engine", options.engine, "The dering-media to measure");
  program.add_option("--calls", options.calls, "Numbers of calls");
  program.add_option("--seconds", options.seconds, "Length of one measurement");
  program.add_option("--rounds", options.rounds, "How often all is measured");
  program.add_flag("!--no-growth", options.growth, "Leave out the rows of growth");
  CLI11_PARSE(program, argc, argv);
  return dering::bench::run(options);
}
