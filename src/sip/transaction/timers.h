// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/instant.h"
#include "sip/flow.h"

namespace dering::sip {

// RFC 3261 §17, table 4.
inline constexpr Duration t1 = std::chrono::milliseconds(500);  ///< estimate of the round trip
inline constexpr Duration t2 = std::chrono::seconds(4);         ///< longest retransmit interval
inline constexpr Duration t4 = std::chrono::seconds(5);   ///< life of a message in the network
inline constexpr Duration transaction_timeout = 64 * t1;  ///< timers B, D, F, H, J, L, M

/// How long what a phone is still to be told is kept while its connection is lost: it may come
/// back.
inline constexpr Duration return_timeout = std::chrono::seconds(60);

/// Is a message repeated on this transport until its answer comes?
enum class Delivery : std::uint8_t { unreliable, reliable };
constexpr Delivery delivery_on(Transport transport) {
  return is_reliable(transport) ? Delivery::reliable : Delivery::unreliable;
}

/// When a message is to be sent again: T1 after the first time, then at doubling intervals up to
/// a longest one (timers A, E, G).
class Retransmission {
 public:
  void start(Instant now, Duration longest) {
    interval_ = t1;
    longest_ = longest;
    at_ = now + interval_;
  }
  void stop() { at_.reset(); }
  /// The time that is set stays; from then on the interval is the longest one.
  void slow_down() { interval_ = longest_; }

  /// True when it is time to send; the next time is then set.
  bool take_due(Instant now) {
    if (!at_ || now < *at_) return false;
    interval_ = std::min(2 * interval_, longest_);
    at_ = now + interval_;
    return true;
  }
  std::optional<Instant> at() const { return at_; }

 private:
  std::optional<Instant> at_;
  Duration interval_{};
  Duration longest_{};
};

}  // namespace dering::sip
