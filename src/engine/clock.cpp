// SPDX-License-Identifier: Apache-2.0
#include "engine/clock.h"

#include <chrono>

namespace dering::engine {

Instant monotonic_now() {
  return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace dering::engine
