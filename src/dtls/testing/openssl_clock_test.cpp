// SPDX-License-Identifier: Apache-2.0
#include "dtls/testing/openssl_clock.h"

#include <sys/time.h>

#include <chrono>

namespace {
dering::Instant openssl_time{std::chrono::hours(1)};
}

extern "C" int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  const auto since = openssl_time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  time->tv_sec = seconds.count();
  time->tv_usec = std::chrono::floor<std::chrono::microseconds>(since - seconds).count();
  return 0;
}

namespace dering::dtls::testing {

void set_openssl_clock(Instant now) {
  openssl_time = now;
}

}  // namespace dering::dtls::testing
