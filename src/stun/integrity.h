// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace dering::stun {

using Sha1Digest = std::array<std::uint8_t, 20>;

/// HMAC-SHA1 over `first` followed by `second`; the key must not be empty. Allocates nothing after
/// a thread's first call.
Sha1Digest hmac_sha1(std::string_view key, Bytes first, Bytes second);

/// True if both are equal; takes the same time wherever they differ.
bool equal_in_constant_time(Bytes a, Bytes b);

/// The value of FINGERPRINT for the bytes before it: CRC-32 XOR 0x5354554e (RFC 8489 §14.7).
std::uint32_t fingerprint_of(Bytes bytes);

}  // namespace dering::stun
