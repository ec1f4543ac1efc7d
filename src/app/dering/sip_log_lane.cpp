// SPDX-License-Identifier: Apache-2.0
#include "app/dering/sip_log_lane.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <limits>

#include "base/log.h"
#include "base/text.h"
#include "monitor/masked.h"
#include "monitor/safe_text.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using monitor::TraceEntry;

constexpr std::chrono::milliseconds look_again{250};
constexpr std::int64_t second = 1'000'000;  ///< microseconds

/// "--- 2026-03-01T08:15:42.123456Z in wss 192.0.2.7:50112 192.0.2.1:8443"
std::string heading_of(const TraceEntry& entry, std::int64_t epoch) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(entry.at.time_since_epoch());
  const std::int64_t at = epoch + since.count();
  return fmt::format(
      "--- {:%Y-%m-%dT%H:%M:%S}.{:06}Z {} {} {} {}\n", fmt::gmtime(std::time_t{at / second}),
      at % second, entry.direction == monitor::Direction::in ? "in" : "out",
      in_lower_case(sip::via_name(entry.transport)), entry.theirs.text(), entry.ours.text());
}

std::string text_of(const monitor::TracePart& part) {
  std::string text;
  if (part.missed > 0) text = fmt::format("--- {} messages went by too fast\n", part.missed);
  for (const TraceEntry& entry : part.entries) {
    text += heading_of(entry, part.epoch_microseconds);
    text += monitor::for_terminal(monitor::masked(part.text_of(entry)));
    text += text.ends_with('\n') ? "" : "\n";
  }
  return text;
}

}  // namespace

SipLogLane::SipLogLane(std::filesystem::path path, LogFile::Bounds bounds)
    : mailbox_(mailbox_.unbounded, [this] { loop_.wake(); }), file_(std::move(path), bounds) {}

void SipLogLane::run(SignallingMail& signalling) {
  signalling_ = &signalling;
  std::vector<SipLogLetter> letters;
  while (state_ != State::stopping) {
    const bool waits = state_ == State::waiting;
    loop_.run_once(waits ? std::optional(ask_at_) : std::nullopt);
    mailbox_.take(letters);
    for (const SipLogLetter& letter : letters) {
      std::visit([&](const auto& it) { take(it); }, letter);
    }
    if (state_ == State::waiting && net::now() >= ask_at_) ask(next_, State::asking);
  }
}

void SipLogLane::ask(std::uint64_t from, State next) {
  state_ = next;
  signalling_->live.post_always({.id = sip_log_order, .what = api::LiveOrder::Trace{from}});
}

/// What is in memory from before is not written: it may be minutes old.
void SipLogLane::take(const SipLogSwitch& wanted) {
  if (wanted.is_on && state_ == State::off) {
    log::info("SIP messages are written to {}", file_.path().string());
    ask(std::numeric_limits<std::uint64_t>::max(), State::beginning);
  } else if (!wanted.is_on && state_ != State::off) {
    log::info("SIP messages are written to {} no more", file_.path().string());
    state_ = State::off;
    file_.close();
  }
}

/// One that was asked for before it was switched off is not wanted any more.
void SipLogLane::take(const LiveTold& told) {
  const auto* part = std::get_if<monitor::TracePart>(&told.part.what);
  if (!part || (state_ != State::asking && state_ != State::beginning)) return;
  if (state_ == State::asking) write(*part);
  next_ = part->next;
  state_ = State::waiting;
  ask_at_ = net::now() + (part->is_last ? look_again : std::chrono::milliseconds(0));
}

void SipLogLane::write(const monitor::TracePart& part) {
  const std::string text = text_of(part);
  if (text.empty()) return;
  if (const auto fault = file_.add(text, net::wall_clock())) {
    fault_line_.error(net::now(), "{}", *fault);
  }
}

}  // namespace dering::app
