// SPDX-License-Identifier: Apache-2.0
#include "net/clock.h"

#include <time.h>

namespace dering::net {

Instant now() {
  return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

void sleep_until(Instant at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
  const timespec until{.tv_sec = seconds.count(),
                       .tv_nsec = (at.time_since_epoch() - seconds).count()};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

std::chrono::microseconds wall_microseconds() {
  return std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

UnixSeconds wall_clock() {
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace dering::net
