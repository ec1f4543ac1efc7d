// SPDX-License-Identifier: Apache-2.0
#include "rtp/digit_sender.h"

#include <algorithm>
#include <limits>

namespace dering::rtp {
namespace {

/// RFC 4733 §2.5.1.4: the end is sent three times altogether.
constexpr unsigned repeated_ends = 2;
constexpr std::uint64_t longest_segment = std::numeric_limits<std::uint16_t>::max();

}  // namespace

bool DigitSender::press(char key, std::chrono::milliseconds duration) {
  const auto event = event_of(key);
  if (!event || waiting_ == queue_.size()) return false;
  queue_[(first_ + waiting_) % queue_.size()] = {
      .event = *event, .duration = std::clamp(duration, shortest_press, longest_press)};
  ++waiting_;
  return true;
}

std::optional<DigitSender::Packet> DigitSender::next(std::uint32_t timestamp,
                                                     std::chrono::milliseconds packet_time) {
  switch (state_) {
    case State::pausing:
      if (!has_paused(timestamp)) return std::nullopt;
      state_ = State::idle;
      [[fallthrough]];
    case State::idle:
      if (waiting_ == 0) return std::nullopt;
      begin(timestamp);
      return go_on(timestamp, packet_time);
    case State::pressed:
      return go_on(timestamp, packet_time);
    case State::ending:
      if (--ends_left_ == 0) state_ = State::pausing;
      return packet_of(event_units(press_.duration), true);
  }
  return std::nullopt;
}

void DigitSender::begin(std::uint32_t timestamp) {
  press_ = queue_[first_];
  first_ = (first_ + 1) % queue_.size();
  --waiting_;
  began_ = segment_ = timestamp;
  before_ = 0;
  elapsed_ = {};
  state_ = State::pressed;
}

/// RFC 4733 §2.5.1.3: a press that is longer than a duration can tell goes on in another segment.
DigitSender::Packet DigitSender::go_on(std::uint32_t timestamp,
                                       std::chrono::milliseconds packet_time) {
  elapsed_ += packet_time;
  if (elapsed_ >= press_.duration) {
    elapsed_ = press_.duration;
    ends_left_ = repeated_ends;
    state_ = State::ending;
  }
  const std::uint64_t units = event_units(elapsed_);
  if (units - before_ > longest_segment) {
    before_ += longest_segment;
    segment_ += static_cast<std::uint32_t>(longest_segment * settings_.stream_clock /
                                           settings_.event_clock);
  }
  Packet packet = packet_of(units, state_ == State::ending);
  packet.marker = timestamp == began_;
  return packet;
}

DigitSender::Packet DigitSender::packet_of(std::uint64_t duration, bool is_end) const {
  return {.timestamp = segment_,
          .event = {.event = press_.event,
                    .is_end = is_end,
                    .volume = settings_.volume,
                    .duration = static_cast<std::uint16_t>(duration - before_)}};
}

std::uint64_t DigitSender::event_units(std::chrono::milliseconds time) const {
  return static_cast<std::uint64_t>(time.count()) * settings_.event_clock / 1'000;
}

bool DigitSender::has_paused(std::uint32_t timestamp) const {
  const std::uint64_t since = std::uint64_t{timestamp - began_} * 1'000 / settings_.stream_clock;
  return since >= static_cast<std::uint64_t>((press_.duration + pause).count());
}

}  // namespace dering::rtp
