// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

namespace dering::net {

/// Monotonic time of this machine (CLOCK_MONOTONIC). Any thread.
Instant now();
/// Seconds since 1970-01-01 UTC by the machine's clock; may jump. Any thread.
UnixSeconds wall_clock();
/// The same, finer. Any thread.
std::chrono::microseconds wall_microseconds();
void sleep_until(Instant at);

}  // namespace dering::net
