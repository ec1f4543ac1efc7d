// SPDX-License-Identifier: Apache-2.0
//
// What it costs to relay a packet: CPU time of the engine per packet, by number of calls, beside a
// bare echo in the same minute on the same machine.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "machine/bare_echo.h"
#include "machine/machine.h"
#include "machine/table.h"
#include "relay/phones.h"
#include "subject/engine.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct Options {
  std::vector<std::filesystem::path> engines;
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
  double stolen = 0;  ///< per cent of one CPU, while it was measured
  std::uint64_t dropped_by_subject = 0;
  std::uint64_t dropped_by_phones = 0;
  Phones::Result load;
  Phones::Result latency;
};

Cost measure(Phones& phones, pid_t pid, std::uint16_t port, const Row& row,
             std::chrono::seconds duration) {
  Cost cost;
  phones.talk(row.interval, 500ms, Phones::Measure::load);  // warms caches and tables
  const std::uint64_t dropped_by_subject = dropped_at_port(port);
  const std::uint64_t dropped_by_phones = dropped_at_port(phones.port());
  const nanoseconds stolen = stolen_time();
  const nanoseconds before = cpu_time_of(pid);
  cost.load = phones.talk(row.interval, duration, Phones::Measure::load);
  const auto used = static_cast<double>((cpu_time_of(pid) - before).count());
  const auto length = static_cast<double>(nanoseconds(duration).count());
  cost.stolen = 100.0 * static_cast<double>((stolen_time() - stolen).count()) / length;
  cost.dropped_by_subject = dropped_at_port(port) - dropped_by_subject;
  cost.dropped_by_phones = dropped_at_port(phones.port()) - dropped_by_phones;
  cost.microseconds =
      used / 1000.0 / static_cast<double>(std::max<std::uint64_t>(1, cost.load.received));
  cost.cpu_share = 100.0 * used / length;
  cost.latency = phones.talk(row.interval, 2s, Phones::Measure::latency);
  return cost;
}

std::optional<Cost> measure_engine(const std::filesystem::path& program, unsigned seconds,
                                   const Row& row) {
  EngineUnderTest engine(program);
  const auto ufrags = engine.open_calls(row.calls);
  Phones phones(ufrags.size(), engine.address(), Phones::Hears::peer);
  if (!phones.connect(ufrags, engine.pwd())) return std::nullopt;
  return measure(phones, engine.pid(), ntohs(engine.address().sin_port), row,
                 std::chrono::seconds(seconds));
}

Cost measure_echo(nanoseconds nap, unsigned seconds, const Row& row) {
  const BareEcho echo(nap);
  Phones phones(row.calls * 2, echo.address(), Phones::Hears::itself);
  return measure(phones, echo.pid(), ntohs(echo.address().sin_port), row,
                 std::chrono::seconds(seconds));
}

class Benchmark {
 public:
  explicit Benchmark(Options options) : options_(std::move(options)) {}

  int run() {
    pin_to_cpu(cpu_of_generator);
    fmt::print("relay_bench {} on {}\n", DERING_VERSION, machine());
    fmt::print(
        "CPU time of the subject per packet, {} rounds of {} s; the subject on one CPU, the phones"
        " on the other\nbudget per packet: must 6.0, stretch 5.4, bound 5.1 us\n\n",
        options_.rounds, options_.seconds);
    fmt::print("{:<28} {:>6} {:>8} {:>7} {:>6} {:>7} {:>6} {:>13} {:>7} {:>7}\n", "what", "calls",
               "packets", "us/pkt", "cpu %", "steal %", "lost", "dropped by", "p50 us", "p99 us");
    for (unsigned round = 0; round < options_.rounds; ++round) {
      for (const Row& row : rows()) measure_row(row);
    }
    table_.print("us per packet");
    return is_clean_ ? 0 : 1;
  }

 private:
  std::vector<Row> rows() const {
    std::vector<Row> rows;
    for (const std::size_t calls : options_.calls) rows.push_back({"sealed relay", calls});
    if (options_.growth) {
      rows.push_back({"growth: 20,000 pkt/s", 500, 50ms});
      rows.push_back({"growth: 20,000 pkt/s", 5000, 500ms});
    }
    return rows;
  }

  void measure_row(const Row& row) {
    report({"bare echo, woken", row.calls}, measure_echo(0ns, options_.seconds, row));
    report({"bare echo, 0.5 ms naps", row.calls}, measure_echo(500us, options_.seconds, row));
    for (const auto& engine : options_.engines) {
      const auto cost = measure_engine(engine, options_.seconds, row);
      Row named = row;
      if (options_.engines.size() > 1) {
        named.name += fmt::format(" #{}", &engine - options_.engines.data() + 1);
      }
      if (cost) {
        report(named, *cost);
        is_clean_ = is_clean_ && cost->load.lost() == 0 && cost->load.wrong == 0;
      } else {
        fmt::print("{}: the phones could not connect\n", row.name);
        is_clean_ = false;
      }
    }
  }

  void report(const Row& row, Cost cost) {
    fmt::print(
        "{:<28} {:>6} {:>8} {:>7.2f} {:>6.1f} {:>7.1f} {:>6} {:>6} {:>6} {:>7.0f} {:>7.0f}\n",
        row.name, row.calls, cost.load.received, cost.microseconds, cost.cpu_share, cost.stolen,
        cost.load.lost() + cost.load.wrong, cost.dropped_by_subject, cost.dropped_by_phones,
        percentile(cost.latency.latencies_ns, 0.5) / 1000,
        percentile(cost.latency.latencies_ns, 0.99) / 1000);
    std::fflush(stdout);
    table_.add(fmt::format("{}, {} calls", row.name, row.calls), cost.microseconds);
  }

  Options options_;
  Table table_;
  bool is_clean_ = true;
};

}  // namespace
}  // namespace dering::bench

int main(int argc, char** argv) {
  dering::bench::Options options;
  CLI::App program("Measures what dering-media spends on a relayed packet.");
  program.add_option("--engine", options.engines,
                     "The dering-media to measure; several are measured in turn");
  program.add_option("--calls", options.calls, "Numbers of calls");
  program.add_option("--seconds", options.seconds, "Length of one measurement");
  program.add_option("--rounds", options.rounds, "How often all is measured");
  program.add_flag("!--no-growth", options.growth, "Leave out the rows of growth");
  CLI11_PARSE(program, argc, argv);
  if (options.engines.empty()) {
    options.engines.push_back(std::filesystem::path(argv[0]).parent_path() / "dering-media");
  }
  return dering::bench::Benchmark(std::move(options)).run();
}
