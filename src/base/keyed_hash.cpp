// SPDX-License-Identifier: Apache-2.0
#include "base/keyed_hash.h"

#include <bit>

namespace dering {
namespace {

/// The four words of SipHash and its round function.
class SipState {
 public:
  SipState(std::uint64_t key_low, std::uint64_t key_high)
      : v0_(key_low ^ 0x736f6d6570736575ULL),
        v1_(key_high ^ 0x646f72616e646f6dULL ^ 0xee),  // 0xee marks the variant of 128 bits
        v2_(key_low ^ 0x6c7967656e657261ULL),
        v3_(key_high ^ 0x7465646279746573ULL) {}

  void absorb(std::uint64_t word) {
    v3_ ^= word;
    rounds(2);
    v0_ ^= word;
  }
  Fingerprint finish() {
    v2_ ^= 0xee;
    rounds(4);
    const std::uint64_t low = v0_ ^ v1_ ^ v2_ ^ v3_;
    v1_ ^= 0xdd;
    rounds(4);
    return {v0_ ^ v1_ ^ v2_ ^ v3_, low};
  }

 private:
  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0_ += v1_;
      v2_ += v3_;
      v1_ = std::rotl(v1_, 13) ^ v0_;
      v3_ = std::rotl(v3_, 16) ^ v2_;
      v0_ = std::rotl(v0_, 32);
      v2_ += v1_;
      v0_ += v3_;
      v1_ = std::rotl(v1_, 17) ^ v2_;
      v3_ = std::rotl(v3_, 21) ^ v0_;
      v2_ = std::rotl(v2_, 32);
    }
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << 8 * i;
  }
  return word;
}

}  // namespace

Fingerprint KeyedHash::of(std::string_view text) const {
  SipState state(key_[0], key_[1]);
  const std::uint64_t length = text.size();
  while (text.size() >= 8) {
    state.absorb(little_endian(text.substr(0, 8)));
    text.remove_prefix(8);
  }
  state.absorb(length << 56 | little_endian(text));
  return state.finish();
}

}  // namespace dering
