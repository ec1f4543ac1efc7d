// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/random.h"

namespace dering {

/// 128 bits that stand for a text of any length. Two texts have the same fingerprint only by an
/// accident that will not happen (2⁻¹²⁸ a pair), so a table may keep fingerprints in place of the
/// texts.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;  ///< picks the bucket of a hash table: never show it to a peer

  auto operator<=>(const Fingerprint&) const = default;
};

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012) under a secret key: a peer
/// who does not know the key can neither find two texts with one fingerprint nor fill one bucket.
/// Immutable; any thread.
class KeyedHash {
 public:
  explicit KeyedHash(Random& random) : key_{random.number(), random.number()} {}
  KeyedHash(std::uint64_t key_low, std::uint64_t key_high) : key_{key_low, key_high} {}

  Fingerprint of(std::string_view text) const;

 private:
  std::uint64_t key_[2];
};

}  // namespace dering

template <>
struct std::hash<dering::Fingerprint> {
  std::size_t operator()(const dering::Fingerprint& fingerprint) const noexcept {
    return static_cast<std::size_t>(fingerprint.low);
  }
};
