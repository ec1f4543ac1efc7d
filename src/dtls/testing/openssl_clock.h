// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

namespace dering::dtls::testing {

/// Sets the clock that OpenSSL reads in this test program: libssl asks gettimeofday(), which this
/// program defines anew (openssl_clock_test.cpp). Thus retransmission runs in virtual time.
void set_openssl_clock(Instant now);

}  // namespace dering::dtls::testing
