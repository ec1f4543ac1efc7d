// SPDX-License-Identifier: Apache-2.0
#include "net/clock.h"

namespace dering::net {

Instant now() {
  return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

UnixSeconds wall_clock() {
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace dering::net
