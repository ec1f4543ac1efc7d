// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"

#include <algorithm>
#include <cstring>

namespace dering {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t characters_of_a_word =
    10;  // 62^10 < 2^64: a character is off by 1 in 20 at most, the last one

}  // namespace

void Names::restart(const Key& key) {
  hash_ = KeyedHash(key.low, key.high);
  count_ = 0;
}

std::string Names::token(std::size_t length) {
  std::string text;
  text.reserve(length);
  const auto add = [&](std::uint64_t word) {
    for (std::size_t i = 0; i < characters_of_a_word && text.size() < length; ++i) {
      text.push_back(alphabet[word % alphabet.size()]);
      word /= alphabet.size();
    }
  };
  while (text.size() < length) {
    const Fingerprint block = next();
    add(block.high);
    add(block.low);
  }
  return text;
}

Fingerprint Names::next() {
  ++count_;
  char text[64];
  const std::size_t length = std::min(purpose_.size(), sizeof text - sizeof count_);
  std::memcpy(text, purpose_.data(), length);
  std::memcpy(text + length, &count_, sizeof count_);
  return hash_.of({text, length + sizeof count_});
}

}  // namespace dering
