// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_receiver.h"

#include <algorithm>
#include <limits>

namespace dering::rtp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t longest_segment = std::numeric_limits<std::uint16_t>::max();
/// A packet of an earlier press does not come later than this.
constexpr Duration latest = 1s;
/// What some phones move the timestamp within one press, and within the repetitions of its end.
constexpr std::chrono::milliseconds moved_at_most = 250ms;
constexpr std::chrono::milliseconds repeated_within = 60ms;
constexpr std::uint32_t counted_at_most_s = 60;

}  // namespace

std::optional<Digit> DigitReceiver::on_packet(const Header& header, Bytes payload, Instant now) {
  const auto event = read_telephone_event(payload);
  if (!event || !key_of(event->event)) return std::nullopt;
  std::optional<Digit> before;
  if (!is_of_current(header, *event)) {
    if (is_old(header, now)) return std::nullopt;
    before = tell();
    press_ = {.event = event->event, .ssrc = header.ssrc, .timestamp = header.timestamp};
    state_ = State::pressed;
  }
  follow(header, *event);
  heard_at_ = now;
  // One at a time: where the end before was lost, this press is told by its next packet, or by
  // time.
  if (before) return before;
  return event->is_end || duration() >= most_press ? tell() : std::nullopt;
}

bool DigitReceiver::is_of_current(const Header& header, const TelephoneEvent& event) const {
  if (state_ == State::idle || header.ssrc != press_.ssrc || event.event != press_.event)
    return false;
  return header.timestamp == press_.timestamp || continues(header, event) ||
         is_repeated_end(header, event);
}

/// RFC 4733 §2.5.1.3: a long event goes on in a segment whose timestamp lies a whole segment
/// further. Some phones move the timestamp with each packet, by as much as the duration grows. A
/// new press of the same key has the marker, or a duration that begins anew.
bool DigitReceiver::continues(const Header& header, const TelephoneEvent& event) const {
  if (header.marker) return false;
  const std::uint32_t step = header.timestamp - press_.timestamp;
  const bool has_moved = step <= units_in(moved_at_most) && event.duration == press_.segment + step;
  return step == longest_segment || has_moved;
}

/// Of such a phone, the end that is sent three times: nobody presses a key again within so short a
/// time.
bool DigitReceiver::is_repeated_end(const Header& header, const TelephoneEvent& event) const {
  return state_ == State::told && event.is_end && !header.marker &&
         event.duration == press_.segment &&
         header.timestamp - press_.timestamp <= units_in(repeated_within);
}

/// Of a press before the newest.
bool DigitReceiver::is_old(const Header& header, Instant now) const {
  return state_ != State::idle && header.ssrc == press_.ssrc && now - heard_at_ <= latest &&
         static_cast<std::int32_t>(header.timestamp - press_.timestamp) < 0;
}

void DigitReceiver::follow(const Header& header, const TelephoneEvent& event) {
  const std::uint32_t step = header.timestamp - press_.timestamp;
  if (step != 0 && event.duration <= press_.segment) {
    press_.before = std::min(press_.before + step, clock_rate_ * counted_at_most_s);
    press_.segment = event.duration;
  }
  press_.timestamp = header.timestamp;
  press_.segment = std::max(press_.segment, event.duration);
}

std::optional<Digit> DigitReceiver::tell() {
  if (state_ != State::pressed) return std::nullopt;
  state_ = State::told;
  return Digit{.key = *key_of(press_.event), .duration = std::min(duration(), most_press)};
}

std::optional<Digit> DigitReceiver::on_time(Instant now) {
  if (state_ != State::pressed || now < heard_at_ + silence_after) return std::nullopt;
  return tell();
}

std::optional<Instant> DigitReceiver::next_deadline() const {
  if (state_ != State::pressed) return std::nullopt;
  return heard_at_ + silence_after;
}

std::chrono::milliseconds DigitReceiver::duration() const {
  const std::uint64_t units = std::uint64_t{press_.before} + press_.segment;
  return std::chrono::milliseconds(units * 1'000 / clock_rate_);
}

std::uint32_t DigitReceiver::units_in(std::chrono::milliseconds time) const {
  return static_cast<std::uint32_t>(time.count()) * clock_rate_ / 1'000;
}

}  // namespace dering::rtp
