// SPDX-License-Identifier: Apache-2.0
#include "app/dering/trace_command.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <thread>

#include "app/dering/live_client.h"
#include "app/dering/typed_time.h"
#include "base/file_descriptor.h"
#include "monitor/pcap.h"
#include "monitor/safe_text.h"
#include "monitor/traced.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using boost::json::object;
using monitor::TracedMessage;

constexpr std::chrono::milliseconds look_again{500};
constexpr std::int64_t second = 1'000'000;  ///< microseconds

struct Typed {
  std::string whom;
  std::string since;
  std::string pcap;
  bool follows = false;
  bool as_json = false;
  bool has_only_arrows = false;
};

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return 1;
}

std::string clock_of(const TracedMessage& message) {
  return fmt::format("{:%H:%M:%S}.{:06}",
                     fmt::localtime(std::time_t{message.at_microseconds / second}),
                     message.at_microseconds % second);
}

void print_json(const TracedMessage& message) {
  fmt::print("{}\n", serialize(object{
                         {"at_us", message.at_microseconds},
                         {"direction", message.direction == monitor::Direction::in ? "in" : "out"},
                         {"transport", message.transport},
                         {"ours", message.ours.text()},
                         {"theirs", message.theirs.text()},
                         {"text", message.text}}));
}

void print_text(const TracedMessage& message, const monitor::TraceNames& names) {
  fmt::print("\n{}  {}\n{}", clock_of(message), way_of(message, names),
             monitor::for_terminal(message.text));
  if (!message.text.ends_with('\n')) fmt::print("\n");
}

/// The messages that somebody asked for, in the form that they asked for.
class Printer {
 public:
  explicit Printer(const Typed& typed) : typed_(typed) {}

  /// A sentence if the file cannot be made.
  std::optional<std::string> open();
  void print(std::span<const TracedMessage> messages);
  std::size_t count() const { return count_; }
  /// False once the file could not be written.
  bool is_written() const { return is_written_; }

 private:
  void write(std::string_view bytes);

  const Typed& typed_;
  monitor::TraceNames names_;
  FileDescriptor file_;
  std::size_t count_ = 0;
  bool is_written_ = true;
};

std::optional<std::string> Printer::open() {
  if (typed_.pcap.empty()) return std::nullopt;
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  file_ = FileDescriptor(::open(typed_.pcap.c_str(), flags, 0600));
  if (file_.get() < 0) {
    return fmt::format("{} cannot be made: {}.", typed_.pcap, std::strerror(errno));
  }
  write(monitor::pcap_header());
  return std::nullopt;
}

void Printer::write(std::string_view bytes) {
  while (!bytes.empty() && is_written_) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    is_written_ = written > 0 || errno == EINTR;
  }
}

void Printer::print(std::span<const TracedMessage> messages) {
  count_ += messages.size();
  for (const TracedMessage& one : messages) names_.learn(one);
  if (file_.get() >= 0) {
    for (const TracedMessage& one : messages) write(packet_of(one));
    return;
  }
  if (typed_.as_json) {
    for (const TracedMessage& one : messages) print_json(one);
  } else if (typed_.has_only_arrows && typed_.follows) {
    for (const TracedMessage& one : messages) {
      fmt::print("{}  {}  {}\n", clock_of(one), way_of(one, names_), monitor::first_line_of(one));
    }
  } else {
    if (!typed_.follows && !messages.empty()) {
      fmt::print("Seconds since {:%Y-%m-%d} {}:\n\n{}",
                 fmt::localtime(std::time_t{messages.front().at_microseconds / second}),
                 clock_of(messages.front()), arrows_of(messages, names_));
    }
    if (!typed_.has_only_arrows) {
      for (const TracedMessage& one : messages) print_text(one, names_);
    }
  }
  std::fflush(stdout);
}

void tell_missed(std::uint64_t missed, std::uint64_t& told) {
  if (missed == told) return;
  fmt::print(stderr, "dering: {} messages went by too fast to be shown.\n", missed - told);
  told = missed;
}

int finish(const Printer& printer, const Typed& typed) {
  if (!printer.is_written()) return fail(typed.pcap + " cannot be written.");
  if (!typed.pcap.empty()) {
    fmt::print(
        "{} messages are in {}. Secrets are masked; people, numbers and addresses are not.\n",
        printer.count(), typed.pcap);
  } else if (printer.count() == 0) {
    fmt::print(stderr, "dering: no message {}is kept.\n",
               typed.whom.empty() ? "" : fmt::format("that names {} ", typed.whom));
  }
  return 0;
}

int trace(const Config& config, const Typed& typed) {
  const auto since = moment_before(typed.since, net::wall_clock());
  if (!since) return fail("--since is a number with s, m, h or d, as in 15m.");
  monitor::TraceChoice choice(typed.whom);
  TraceReader reader(config);
  Printer printer(typed);
  std::uint64_t told = 0;
  for (bool is_first = true;; is_first = false) {
    auto all = reader.read();
    if (!all) return fail(all.error());
    std::erase_if(*all, [&](const TracedMessage& one) {
      return one.at_microseconds < std::chrono::microseconds(*since).count();
    });
    if (is_first) {
      if (const auto fault = printer.open()) return fail(*fault);
    }
    printer.print(choice.of(*all));
    if (!typed.follows || !printer.is_written()) return finish(printer, typed);
    if (is_first) told = reader.missed();
    tell_missed(reader.missed(), told);
    std::this_thread::sleep_for(look_again);
  }
}

}  // namespace

void add_trace_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand(
      "trace", "The SIP messages of a person, a call, a trunk or an address, without secrets");
  const auto typed = std::make_shared<Typed>();
  command->add_option("whom", typed->whom,
                      "An extension or number, a user name, a host, an address (192.0.2.7 or "
                      "192.0.2.7:5060), a Call-ID; all if left out");
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  command->add_option("--since", typed->since, "Only those of the last 90s, 15m, 2h or 3d");
  command->add_flag("--follow", typed->follows, "Go on and show new ones as they come");
  auto* arrows = command->add_flag("--arrows", typed->has_only_arrows, "No texts, only arrows");
  auto* json = command->add_flag("--json", typed->as_json, "Each as a line of JSON");
  command
      ->add_option("--pcap", typed->pcap,
                   "Into a new file that wireshark reads, instead of showing them")
      ->excludes(json)
      ->excludes(arrows);
  json->excludes(arrows);
  command->callback(
      [&config, &chosen, typed] { chosen = [&config, typed] { return trace(config, *typed); }; });
}

}  // namespace dering::app
