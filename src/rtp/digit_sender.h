// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "rtp/telephone_event.h"

namespace dering::rtp {

/// Sends keys as telephone events (RFC 4733 §2.5.1): a packet each packet time, the end three
/// times, a pause before the next key. While it has something to say it takes the place of the
/// sound. A machine; one thread; no allocation.
class DigitSender {
 public:
  static constexpr std::chrono::milliseconds shortest_press{40};
  static constexpr std::chrono::milliseconds longest_press{8'000};
  static constexpr std::chrono::milliseconds pause{60};
  static constexpr std::size_t most_waiting = 64;

  struct Settings {
    std::uint32_t event_clock = 8'000;   ///< of the telephone-event payload type
    std::uint32_t stream_clock = 8'000;  ///< of the stream's timestamps: that of its codec
    std::uint8_t volume = 10;            ///< below 0 dBm0
  };

  explicit DigitSender(const Settings& settings) : settings_(settings) {}

  /// Puts a press behind those that wait; its duration is brought between the shortest and the
  /// longest. False if it is no key, or most_waiting wait.
  bool press(char key, std::chrono::milliseconds duration);

  /// What the header and the payload of a packet say.
  struct Packet {
    bool marker = false;
    std::uint32_t timestamp = 0;  ///< of the event's beginning, in the stream's units
    TelephoneEvent event;
  };

  /// To be asked for once each packet time, with the timestamp that the packet of sound would have
  /// and how much time it covers. Nothing: send the sound.
  std::optional<Packet> next(std::uint32_t timestamp, std::chrono::milliseconds packet_time);

  bool is_idle() const { return state_ == State::idle && waiting_ == 0; }

 private:
  enum class State : std::uint8_t { idle, pressed, ending, pausing };
  struct Press {
    std::uint8_t event = 0;
    std::chrono::milliseconds duration{};
  };

  void begin(std::uint32_t timestamp);
  Packet go_on(std::uint32_t timestamp, std::chrono::milliseconds packet_time);
  Packet packet_of(std::uint64_t duration, bool is_end) const;
  std::uint64_t event_units(std::chrono::milliseconds time) const;
  bool has_paused(std::uint32_t timestamp) const;

  Settings settings_;
  State state_ = State::idle;
  std::array<Press, most_waiting> queue_{};
  std::size_t first_ = 0;
  std::size_t waiting_ = 0;
  Press press_;
  std::uint32_t began_ = 0;    ///< timestamp of the press, in the stream's units
  std::uint32_t segment_ = 0;  ///< of its present segment
  std::uint64_t before_ = 0;   ///< the duration of earlier segments, in the event's units
  std::chrono::milliseconds elapsed_{};
  unsigned ends_left_ = 0;
};

}  // namespace dering::rtp
