// SPDX-License-Identifier: Apache-2.0
//
// What a call and a registration cost: CPU time of a real dering, of all its threads, for calls
// between desk phones (INVITE to BYE, UDP, no media) and for REGISTER with digest, at fixed rates,
// beside a bare echo of as many datagrams in the same minute on the same machine. And what a
// request costs that somebody without credentials sends.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "calls/phones.h"
#include "calls/proxy.h"
#include "calls/strangers.h"
#include "calls/subject.h"
#include "machine/bare_echo.h"
#include "machine/machine.h"
#include "machine/table.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

enum class Work : std::uint8_t { calls, strangers, subscriptions };

struct Options {
  Work work = Work::calls;
  std::vector<std::filesystem::path> programs;
  std::vector<unsigned> rates{200, 500, 1000};
  std::vector<unsigned> register_rates{500, 2000};
  std::vector<unsigned> stranger_rates{1000, 10'000};
  std::vector<std::size_t> lamps{0, 1000, 10'000};
  unsigned rate_with_lamps = 50;
  std::size_t users = 1000;
  unsigned seconds = 8;
  unsigned rounds = 3;
  std::string log_level = "info";
  std::filesystem::path kamailio;  ///< empty: not measured
};

constexpr unsigned ramp_seconds = 1;  ///< until as many calls end as begin

/// How many datagrams a call or a registration is, and how long they are on average.
struct Datagrams {
  double count;  ///< one in and one out are one
  std::size_t size;
};
constexpr Datagrams of_a_call{6.5, 600};  // 6 in, 7 out
constexpr Datagrams of_a_registration{1, 500};

struct Cost {
  double microseconds = 0;  ///< per call or registration
  double of_children = 0;   ///< the part of it that is the media engine's, or of other processes
  double cpu_share = 0;
  double stolen = 0;  ///< per cent of one CPU, while it was measured
};

template <class Work>
Cost measure(pid_t pid, std::size_t count, Work work) {
  const Time start = Clock::now();
  const nanoseconds stolen_before = stolen_time();
  const nanoseconds before = cpu_time_of(pid);
  const nanoseconds own_before = own_cpu_time_of(pid);
  work();
  const auto used = static_cast<double>((cpu_time_of(pid) - before).count());
  const auto own = static_cast<double>((own_cpu_time_of(pid) - own_before).count());
  const auto stolen = static_cast<double>((stolen_time() - stolen_before).count());
  const auto passed = static_cast<double>(nanoseconds(Clock::now() - start).count());
  const double thousand = 1000.0 * static_cast<double>(count);
  return {used / thousand, (used - own) / thousand, 100.0 * used / passed, 100.0 * stolen / passed};
}

class Benchmark {
 public:
  explicit Benchmark(Options options) : options_(std::move(options)) {}

  int run() {
    pin_to_cpu(cpu_of_generator);
    fmt::print("calls_bench {} on {}\n", DERING_VERSION, machine());
    fmt::print(
        "CPU time of all threads of the subject, {} rounds of {} s; log level {}; {} users; phones"
        " ring {} ms and talk {} ms\n",
        options_.rounds, options_.seconds, options_.log_level, options_.users,
        DeskPhones::ring_time.count(), DeskPhones::hold_time.count());
    fmt::print("{}\n\n", about(options_.work));
    fmt::print("{:<40} {:>6} {:>7} {:>8} {:>6} {:>7}\n", "what", "per s", "count", "us each",
               "cpu %", "steal %");
    for (unsigned round = 0; round < options_.rounds; ++round) {
      measure_round();
    }
    table_.print("us each");
    if (!is_clean_) fmt::print("\nNOT CLEAN: something was lost, refused or repeated.\n");
    return is_clean_ ? 0 : 1;
  }

 private:
  static std::string_view about(Work work) {
    switch (work) {
      case Work::calls:
        return "budget per call: must 120, stretch 80, bound 40-56 us; per REGISTER with digest"
               " (two rounds): must 25, stretch 16, bound 12 us";
      case Work::strangers:
        return "a stranger's request is one datagram in and one out, as in the bare echo beside it;"
               " it has no budget of its own";
      case Work::subscriptions:
        return "calls at a steady rate while so many lamps of desk phones (SUBSCRIBE, dialog) watch"
               " those who are called; what a lamp adds is the difference, by its NOTIFYs";
    }
    return {};
  }

  void measure_round() {
    switch (options_.work) {
      case Work::calls:
        for (const unsigned rate : options_.rates) measure_calls(rate);
        for (const unsigned rate : options_.register_rates) measure_registrations(rate);
        return;
      case Work::strangers:
        for (const unsigned rate : options_.stranger_rates) measure_strangers(rate);
        return;
      case Work::subscriptions:
        for (const std::size_t lamps : options_.lamps) measure_lamps(lamps);
        return;
    }
  }

  void measure_lamps(std::size_t lamps) {
    const unsigned rate = options_.rate_with_lamps;
    const std::size_t count = rate * options_.seconds;
    for (const auto& program : options_.programs) {
      const SwitchboardUnderTest dering(program, options_.users, options_.log_level);
      DeskPhones phones(dering.address(), dering.extensions());
      is_clean_ &= phones.sign_in();
      const bool all_watch = phones.watch(lamps);
      is_clean_ &= all_watch;
      phones.call(rate, rate * ramp_seconds, Challenge::kept);
      phones.take_counts();
      phones.take_watched();
      const Cost cost =
          measure(dering.pid(), count, [&] { phones.call(rate, count, Challenge::kept); });
      phones.finish(5s);
      CallCounts counts = phones.take_counts();
      const Watchers::Counts told = phones.take_watched();
      const auto notifies = static_cast<double>(told.notified);
      report(name_of(fmt::format("call, {} lamps", lamps), program), rate, count, cost,
             fmt::format("{}{:.1f} NOTIFYs a call of {:.0f} bytes; rings after p50 {:.1f}, p99"
                         " {:.1f} ms",
                         all_watch ? "" : "NOT all subscribed; ",
                         notifies / static_cast<double>(count),
                         told.notified == 0 ? 0 : static_cast<double>(told.bytes) / notifies,
                         percentile(counts.until_ringing_us, 0.5) / 1000,
                         percentile(counts.until_ringing_us, 0.99) / 1000));
    }
  }

  void measure_calls(unsigned rate) {
    measure_echo("bare echo, 6.5 datagrams", of_a_call, rate, 0ns);
    measure_echo("bare echo, 6.5 datagrams, 1 ms naps", of_a_call, rate, 1ms);
    for (const auto& program : options_.programs) {
      const SwitchboardUnderTest dering(program, options_.users, options_.log_level);
      DeskPhones phones(dering.address(), dering.extensions());
      for (const Challenge challenge : {Challenge::kept, Challenge::each_time}) {
        // Anew before each row: a challenge is good for a minute.
        is_clean_ &= phones.sign_in();
        const bool is_kept = challenge == Challenge::kept;
        const auto what = name_of(is_kept ? "call" : "call, challenged each time", program);
        measure_calls(phones, what, dering.pid(), rate, challenge);
      }
    }
    if (options_.kamailio.empty()) return;
    // What a peer loses is shown, and is no fault of ours.
    const bool was_clean = is_clean_;
    const ProxyUnderTest proxy(options_.kamailio, options_.users);
    DeskPhones phones(proxy.address(), proxy.extensions());
    is_clean_ &= phones.sign_in();
    measure_calls(phones, "call through Kamailio, a proxy", proxy.pid(), rate,
                  Challenge::each_time);
    is_clean_ = was_clean;
  }

  void measure_calls(DeskPhones& phones, const std::string& what, pid_t pid, unsigned rate,
                     Challenge challenge) {
    const std::size_t count = rate * options_.seconds;
    phones.take_counts();
    phones.take_callee_counts();
    phones.call(rate, rate * ramp_seconds, challenge);
    const Cost cost = measure(pid, count, [&] { phones.call(rate, count, challenge); });
    phones.finish(5s);
    CallCounts counts = phones.take_counts();
    const Callees::Counts heard = phones.take_callee_counts();
    is_clean_ &= counts.ended == counts.begun && heard.invites == counts.begun &&
                 heard.byes == counts.begun && heard.acks == counts.begun && counts.repeated == 0;
    const auto more_than_once = [&](std::uint64_t heard_count) {
      return heard_count > counts.begun ? heard_count - counts.begun : 0;
    };
    report(what, rate, count, cost,
           fmt::format("{:.1f} us of it its children's; {} lost, {} refused, {} repeated; rings"
                       " after p50 {:.1f}, p99 {:.1f} ms",
                       cost.of_children, counts.lost(), counts.refused,
                       counts.repeated + more_than_once(heard.invites) + more_than_once(heard.byes),
                       percentile(counts.until_ringing_us, 0.5) / 1000,
                       percentile(counts.until_ringing_us, 0.99) / 1000));
  }

  void measure_registrations(unsigned rate) {
    measure_echo("bare echo, 2 datagrams", {2 * of_a_registration.count, of_a_registration.size},
                 rate, 0ns);
    for (const auto& program : options_.programs) {
      const SwitchboardUnderTest dering(program, options_.users, options_.log_level);
      DeskPhones phones(dering.address(), dering.extensions());
      for (const Challenge challenge : {Challenge::each_time, Challenge::kept}) {
        bool is_clean = phones.sign_in() && phones.register_anew(rate, rate, challenge);
        const std::size_t count = rate * options_.seconds;
        const Cost cost = measure(dering.pid(), count, [&] {
          is_clean = phones.register_anew(rate, count, challenge) && is_clean;
        });
        is_clean_ &= is_clean;
        const bool is_kept = challenge == Challenge::kept;
        report(name_of(is_kept ? "REGISTER, nonce reused" : "REGISTER, two rounds", program), rate,
               count, cost, is_clean ? "" : "NOT all accepted");
      }
    }
  }

  void measure_strangers(unsigned rate) {
    for (const std::string_view method : {"OPTIONS", "REGISTER", "INVITE"}) {
      const std::string what = fmt::format("stranger's {}", method);
      for (const auto& program : options_.programs) {
        const SwitchboardUnderTest dering(program, options_.users, options_.log_level);
        Stranger stranger(dering.address(), std::string(method));
        ask(stranger, rate, rate * ramp_seconds);
        const std::size_t count = rate * options_.seconds;
        const Cost cost = measure(dering.pid(), count, [&] { ask(stranger, rate, count); });
        const std::uint64_t unanswered = stranger.asked() - stranger.answered();
        // The kernel may lose one of many thousands.
        is_clean_ &= unanswered * 1000 <= stranger.asked();
        std::string answers;
        for (const auto& [status, times] : stranger.answers()) {
          answers += fmt::format(" {}x {},", times, status);
        }
        report(name_of(what, program), rate, count, cost,
               fmt::format("answers{} {} unanswered", answers, unanswered));
        const Datagrams alike{1, stranger.request_size()};
        measure_echo(fmt::format("bare echo, {} bytes", alike.size), alike, rate, 0ns);
        measure_echo(fmt::format("bare echo, {} bytes, 1 ms naps", alike.size), alike, rate, 1ms);
      }
    }
  }

  static void ask(Stranger& stranger, unsigned rate, std::size_t count) {
    const Time start = Clock::now();
    for (std::size_t sent = 0; sent < count;) {
      const double passed = std::chrono::duration<double>(Clock::now() - start).count();
      const std::size_t due = std::min(count, static_cast<std::size_t>(passed * rate) + 1);
      for (; sent < due; ++sent) stranger.ask();
      stranger.flush();
      stranger.receive();
      std::this_thread::sleep_for(100us);
    }
    std::this_thread::sleep_for(50ms);
    stranger.receive();
  }

  /// What the kernel alone takes for as many datagrams, in and out.
  void measure_echo(std::string_view what, Datagrams datagrams, unsigned rate, nanoseconds nap) {
    const BareEcho echo(nap);
    PhoneSocket socket(0x7f000004,
                       SocketAddress::from_ipv4(0x7f000001, ntohs(echo.address().sin_port)));
    const std::size_t count = rate * options_.seconds;
    const double total = static_cast<double>(count) * datagrams.count;
    const std::string bytes(datagrams.size, 'x');
    std::size_t back = 0;
    const Cost cost = measure(echo.pid(), count, [&] {
      const Time start = Clock::now();
      for (double sent = 0; sent < total;) {
        const double passed = std::chrono::duration<double>(Clock::now() - start).count();
        for (; sent < std::min(total, passed * rate * datagrams.count); ++sent) socket.send(bytes);
        socket.flush();
        back += socket.drain();
        std::this_thread::sleep_for(100us);
      }
    });
    report(std::string(what), rate, count, cost,
           fmt::format("{} datagrams back of {:.0f}", back, total));
  }

  /// Several programs are told apart by their number.
  std::string name_of(std::string_view what, const std::filesystem::path& program) const {
    if (options_.programs.size() < 2) return std::string(what);
    const auto at = std::ranges::find(options_.programs, program) - options_.programs.begin();
    return fmt::format("{} #{}", what, at + 1);
  }

  void report(const std::string& name, unsigned rate, std::size_t count, const Cost& cost,
              std::string_view rest) {
    fmt::print("{:<40} {:>6} {:>7} {:>8.1f} {:>6.1f} {:>7.1f}   {}\n", name, rate, count,
               cost.microseconds, cost.cpu_share, cost.stolen, rest);
    std::fflush(stdout);
    table_.add(fmt::format("{}, {}/s", name, rate), cost.microseconds);
  }

  Options options_;
  Table table_;
  bool is_clean_ = true;
};

}  // namespace
}  // namespace dering::bench

int main(int argc, char** argv) {
  dering::bench::Options options;
  CLI::App program("Measures what dering spends on a call and on a registration.");
  program.add_option("work", options.work, "calls (registrations too), strangers or subscriptions")
      ->transform(CLI::CheckedTransformer(std::map<std::string, dering::bench::Work>{
          {"calls", dering::bench::Work::calls},
          {"strangers", dering::bench::Work::strangers},
          {"subscriptions", dering::bench::Work::subscriptions}}));
  program.add_option("--dering", options.programs,
                     "The dering to measure; several are measured in turn");
  program.add_option("--rates", options.rates, "Calls a second");
  program.add_option("--register-rates", options.register_rates, "Registrations a second");
  program.add_option("--stranger-rates", options.stranger_rates, "Strangers' requests a second");
  program.add_option("--lamps", options.lamps, "Subscriptions that watch those who are called");
  program.add_option("--rate-with-lamps", options.rate_with_lamps, "Calls a second beside them");
  program.add_option("--users", options.users, "Half of them call the other half");
  program.add_option("--seconds", options.seconds, "Length of one measurement");
  program.add_option("--rounds", options.rounds, "How often all is measured");
  program.add_option("--kamailio", options.kamailio,
                     "A Kamailio to measure as a stateful proxy without authentication, in turn");
  program.add_option("--log-level", options.log_level, "debug, info, warning or error");
  CLI11_PARSE(program, argc, argv);
  if (options.programs.empty()) {
    options.programs.push_back(std::filesystem::path(argv[0]).parent_path() / "dering");
  }
  return dering::bench::Benchmark(std::move(options)).run();
}
