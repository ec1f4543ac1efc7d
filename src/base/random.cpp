// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <sys/random.h>

#include <bit>
#include <cstring>

#include "base/check.h"

namespace dering {

std::uint64_t Random::number() {
  std::uint8_t bytes[8];
  fill(bytes);
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  DERING_CHECK(bound > 0);
  // Values under 2^64 mod bound are drawn again, so that each result is equally likely.
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = number();
    if (value >= threshold) return value % bound;
  }
}

std::string Random::token(std::size_t length) {
  static constexpr char alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text(length, '\0');
  std::uint8_t bytes[32];
  for (std::size_t done = 0; done < length;) {
    fill(bytes);
    for (const std::uint8_t byte : bytes) {
      const unsigned index = byte & 63U;
      if (index < 62 && done < length) text[done++] = alphabet[index];
    }
  }
  return text;
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (used_ == sizeof block_) {
      const ssize_t got = getrandom(block_, sizeof block_, 0);
      DERING_CHECK(got == static_cast<ssize_t>(sizeof block_));
      used_ = 0;
    }
    const std::size_t count = std::min(out.size(), sizeof block_ - used_);
    std::memcpy(out.data(), block_ + used_, count);
    used_ += count;
    out = out.subspan(count);
  }
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  // splitmix64 spreads a small seed over the whole state.
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    word = z ^ (z >> 31);
  }
}

std::uint64_t SeededRandom::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  std::size_t at = 0;
  while (at < out.size()) {
    const std::uint64_t value = next();
    const std::size_t count = std::min<std::size_t>(sizeof value, out.size() - at);
    std::memcpy(out.data() + at, &value, count);
    at += count;
  }
}

}  // namespace dering
