// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dering::identity {

/// Whether an RSA modulus (most significant byte first) has the fingerprint of CVE-2017-15361:
/// Infineon's library made its primes as k·M + 65537^a mod M, M being a product of the first
/// primes, so that modulo each of those such a modulus is a power of 65537, and can be factored. An
/// honest modulus has the fingerprint once in 2^27 keys or so (Nemec et al., "The Return of
/// Coppersmith's Attack", CCS 2017, §2.1).
bool has_roca_fingerprint(std::string_view modulus);

}  // namespace dering::identity
