// SPDX-License-Identifier: Apache-2.0
//
// What calls cost whose sound ends at the engine: CPU time per packet between a browser and a desk
// phone of one codec, and how many calls a core bears between Opus and G.711; beside a bare echo,
// the bare codecs and an rtpengine in the same minute on the same machine.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "machine/bare_echo.h"
#include "machine/machine.h"
#include "machine/table.h"
#include "media/bare_codecs.h"
#include "media/calls.h"
#include "media/rtpengine_calls.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using media::v2::Codec;
using media::v2::Sdes;
using std::chrono::nanoseconds;

struct Options {
  std::filesystem::path engine;
  std::filesystem::path rtpengine;  ///< empty: it is not measured
  std::size_t calls = 500;
  std::size_t transcoded_calls = 100;
  std::size_t peer_calls = 25;  ///< of two codecs at rtpengine, which bears no more
  unsigned seconds = 5;
  unsigned rounds = 3;
};

struct Row {
  std::string name;
  Side one{};
  Side other{};
  bool is_transcoded = false;
};

struct Cost {
  double microseconds = 0;  ///< of CPU time for a packet
  double calls_a_core = 0;
  double cpu_share = 0;
  double stolen = 0;  ///< per cent of one CPU
  std::uint64_t dropped = 0;
  Street::Result load;
};

Cost measure(Street& street, pid_t pid, std::size_t calls, std::chrono::seconds duration) {
  Cost cost;
  constexpr auto interval = 20ms;
  street.talk(interval, 1s);  // fills buffers and warms caches
  const std::uint64_t dropped = dropped_at_port(street.socket().port());
  const nanoseconds stolen = stolen_time();
  const nanoseconds before = cpu_time_of(pid);
  cost.load = street.talk(interval, duration);
  const auto used = static_cast<double>((cpu_time_of(pid) - before).count());
  const auto in_time = static_cast<double>(std::max<std::uint64_t>(1, cost.load.received));
  const Street::Result rest = street.wait_for_the_rest();
  cost.load.received += rest.received;
  cost.load.wrong += rest.wrong;
  const auto length = static_cast<double>(nanoseconds(duration).count());
  cost.stolen = 100.0 * static_cast<double>((stolen_time() - stolen).count()) / length;
  cost.dropped = dropped_at_port(street.socket().port()) - dropped;
  cost.microseconds = used / 1000.0 / in_time;
  cost.cpu_share = 100.0 * used / length;
  cost.calls_a_core = static_cast<double>(calls) * length / std::max(1.0, used);
  return cost;
}

class Benchmark {
 public:
  explicit Benchmark(Options options) : options_(std::move(options)) {}

  int run() {
    pin_to_cpu(cpu_of_generator);
    fmt::print("media_bench {} on {}\n", DERING_VERSION, machine());
    fmt::print(
        "CPU time of the subject, {} rounds of {} s; the subject on one CPU, the phones on the "
        "other\nmust: WebRTC and RTP at most 1.25 times RTP and RTP; 130 calls a core between Opus "
        "and G.711\nwhere the bare codecs bear 155 and with the bare echo 144 (the reference "
        "guest)\n\n",
        options_.rounds, options_.seconds);
    fmt::print("{:<41} {:>6} {:>8} {:>7} {:>7} {:>10} {:>7} {:>6} {:>6} {:>7}\n", "what", "calls",
               "packets", "us/pkt", "cpu %", "calls/core", "steal %", "lost", "wrong", "dropped");
    for (unsigned round = 0; round < options_.rounds; ++round) {
      measure_bounds();
      for (const Row& row : rows()) measure_row(row);
      if (!options_.rtpengine.empty()) measure_peer();
    }
    packets_.print("us per packet");
    calls_.print("calls a core");
    return is_clean_ ? 0 : 1;
  }

 private:
  static std::vector<Row> rows() {
    const Side rtp;
    const Side opus{.codec = Codec::NAME_OPUS};
    const Side sha1{.suite = Sdes::SUITE_AES_CM_128_HMAC_SHA1_80};
    const Side gcm{.suite = Sdes::SUITE_AEAD_AES_128_GCM};
    const Side web{.suite = Sdes::SUITE_AEAD_AES_128_GCM, .codec = Codec::NAME_OPUS};
    return {{"RTP and RTP", rtp, rtp},
            {"WebRTC (SHA1_80) and RTP", sha1, rtp},
            {"WebRTC (AES_128_GCM) and RTP", gcm, rtp},
            {"Opus and PCMU, in clear", opus, rtp, true},
            {"Opus (AES_128_GCM) and PCMU", web, rtp, true}};
  }

  /// What nothing of ours could be cheaper than: packets that are sent back unread, codecs without
  /// packets, and the codecs of a call with the packets of a call.
  void measure_bounds() {
    const double codecs = bare_codecs(options_.transcoded_calls, std::chrono::seconds(1));
    calls_.add("bare codecs, Opus and PCMU", codecs);
    const BareEcho echo(500us);
    Street street(make_echo_phones(echo.address(), options_.calls * 2));
    const Cost cost =
        measure(street, echo.pid(), options_.calls, std::chrono::seconds(options_.seconds));
    report({.name = "bare echo, 0.5 ms naps"}, options_.calls, cost);
    constexpr double packets = 2.0 * (1s / 20ms);
    calls_.add("bare codecs with the bare echo",
               1.0 / (1.0 / codecs + packets * cost.microseconds / 1e6));
  }

  void measure_row(const Row& row) {
    const std::size_t calls = row.is_transcoded ? options_.transcoded_calls : options_.calls;
    EngineUnderTest engine(options_.engine, 2 * calls);
    if (engine.rtp_ports().size() < 2 * calls) {
      fmt::print("{}: only {} RTP ports are to be had; raise the limit of open files\n", row.name,
                 engine.rtp_ports().size());
      is_clean_ = false;
      return;
    }
    Street street(make_phones(engine, calls, row.one, row.other));
    open_calls(engine, street, calls, row.one, row.other);
    std::this_thread::sleep_for(200ms);
    if (!street.connect(engine.pwd())) {
      fmt::print("{}: the phones could not connect\n", row.name);
      is_clean_ = false;
      return;
    }
    const Cost cost = measure(street, engine.pid(), calls, std::chrono::seconds(options_.seconds));
    report(row, calls, cost);
    // Sound that is made anew has a clock of its own: one packet more or less is no loss.
    const std::uint64_t allowed = row.is_transcoded ? 4 * calls : 0;
    const bool is_whole = cost.load.received + allowed >= cost.load.sent;
    is_clean_ = is_clean_ && is_whole && cost.load.wrong == 0;
  }

  void measure_peer() {
    // It knows no way to end a call but a word: it is started anew for each count.
    for (Row row : rows()) {
      const std::size_t calls = row.is_transcoded ? options_.peer_calls : options_.calls;
      RtpengineUnderTest peer(options_.rtpengine);
      Street street(make_phones(calls, row.one, row.other));
      row.name = "rtpengine: " + row.name;
      if (!open_calls(peer, street, row.one, row.other)) {
        fmt::print("{}: it takes no such call\n", row.name);
        continue;
      }
      report(row, calls,
             measure(street, peer.pid(), calls, std::chrono::seconds(options_.seconds)));
    }
  }

  void report(const Row& row, std::size_t calls, const Cost& cost) {
    // An engine that decodes goes on for a while after the last packet.
    const std::uint64_t lost =
        cost.load.sent > cost.load.received ? cost.load.sent - cost.load.received : 0;
    fmt::print("{:<41} {:>6} {:>8} {:>7.2f} {:>7.1f} {:>10.0f} {:>7.1f} {:>6} {:>6} {:>7}\n",
               row.name, calls, cost.load.received, cost.microseconds, cost.cpu_share,
               cost.calls_a_core, cost.stolen, lost, cost.load.wrong, cost.dropped);
    std::fflush(stdout);
    packets_.add(row.name, cost.microseconds);
    if (row.is_transcoded) calls_.add(row.name, cost.calls_a_core);
  }

  Options options_;
  Table packets_;
  Table calls_;
  bool is_clean_ = true;
};

}  // namespace
}  // namespace dering::bench

int main(int argc, char** argv) {
  dering::bench::Options options;
  CLI::App program("Measures what dering-media spends on calls whose sound it reads.");
  program.add_option("--engine", options.engine, "The dering-media to measure");
  program.add_option("--rtpengine", options.rtpengine, "A rtpengine to measure beside it");
  program.add_option("--calls", options.calls, "Calls that are passed on as they are");
  program.add_option("--transcoded-calls", options.transcoded_calls, "Calls of two codecs");
  program.add_option("--seconds", options.seconds, "Length of one measurement");
  program.add_option("--rounds", options.rounds, "How often all is measured");
  CLI11_PARSE(program, argc, argv);
  if (options.engine.empty()) {
    options.engine = std::filesystem::path(argv[0]).parent_path() / "dering-media";
  }
  return dering::bench::Benchmark(std::move(options)).run();
}
