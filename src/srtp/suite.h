// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace dering::srtp {

/// How packets are encrypted and authenticated: RFC 3711 (with RFC 5764 §4.1.2), RFC 7714 §12.
enum class Suite : std::uint8_t { aes128_cm_sha1_80, aead_aes_128_gcm, aead_aes_256_gcm };

/// Sizes in bytes.
struct Sizes {
  std::size_t key;
  std::size_t salt;
  std::size_t tag;
};

constexpr Sizes sizes_of(Suite suite) {
  switch (suite) {
    case Suite::aes128_cm_sha1_80:
      return {.key = 16, .salt = 14, .tag = 10};
    case Suite::aead_aes_128_gcm:
      return {.key = 16, .salt = 12, .tag = 16};
    case Suite::aead_aes_256_gcm:
      return {.key = 32, .salt = 12, .tag = 16};
  }
  return {};
}

/// The master key and salt of one direction, with the sizes of its suite. A view.
struct MasterKey {
  Bytes key;
  Bytes salt;
};

/// Why a packet was not protected or unprotected.
enum class Fault : std::uint8_t {
  malformed,
  unauthenticated,
  replayed,     ///< seen before, or too old to tell
  too_many,     ///< sources under one key
  no_room,      ///< in the buffer, for the tag
  key_used_up,  ///< RFC 3711 §9.2: 2⁴⁸ RTP or 2³¹ RTCP packets
};

/// Room that a protected packet takes beyond the plain one, at most: tag and RTCP index.
inline constexpr std::size_t most_overhead = 20;

}  // namespace dering::srtp
