// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/instant.h"

namespace dering::net {

/// How fast one connection is read: messages and bytes a second, and how many of each at once.
struct RateLimits {
  double messages = 0;
  double bytes = 0;
  double burst_messages = 0;
  double burst_bytes = 0;
};

/// What one connection has spent of its rate. Nothing is refused: past the rate it is not read for
/// a while, and TCP holds the sender back. A pure value.
class MessageRate {
 public:
  explicit MessageRate(RateLimits limits) : limits_(limits) {}

  void spend(std::size_t bytes, Instant now) {
    pay_back(now);
    messages_ += 1;
    bytes_ += static_cast<double>(bytes);
  }
  /// Another rate from now on: the connection has signed in.
  void allow(RateLimits limits) { limits_ = limits; }
  /// How long not to read; nothing if it may go on.
  std::optional<Duration> wait(Instant now) {
    pay_back(now);
    const double seconds = std::max((messages_ + 1 - limits_.burst_messages) / limits_.messages,
                                    (bytes_ - limits_.burst_bytes) / limits_.bytes);
    if (seconds <= 0) return std::nullopt;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  }

 private:
  void pay_back(Instant now) {
    const double seconds = std::chrono::duration<double>(now - at_).count();
    at_ = now;
    messages_ = std::max(0.0, messages_ - seconds * limits_.messages);
    bytes_ = std::max(0.0, bytes_ - seconds * limits_.bytes);
  }

  RateLimits limits_;
  Instant at_{};
  double messages_ = 0;
  double bytes_ = 0;
};

}  // namespace dering::net
