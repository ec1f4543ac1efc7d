// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace dering {

/// Marks a time point of the monotonic clock. It has no now(): time is an input of every machine,
/// handed down from app/ (or from the simulator), so that logic can run in virtual time.
struct MonotonicClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

/// A moment on the monotonic clock.
using Instant = MonotonicClock::time_point;
using Duration = MonotonicClock::duration;

/// Seconds since 1970-01-01 UTC: for tokens, certificates and call records only.
using UnixSeconds = std::chrono::seconds;

/// The earlier of two optional deadlines.
inline std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a) return b;
  if (!b) return a;
  return *a < *b ? a : b;
}

}  // namespace dering
