// SPDX-License-Identifier: Apache-2.0
#include "base/keyed_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"

namespace dering {
namespace {

// The reference vectors: key 00 01 … 0f, text 00 01 … of the given length.
constexpr std::uint64_t reference_key_low = 0x0706050403020100ULL;
constexpr std::uint64_t reference_key_high = 0x0f0e0d0c0b0a0908ULL;

std::string counting_bytes(int length) {
  std::string text;
  for (int i = 0; i < length; ++i) text.push_back(static_cast<char>(i));
  return text;
}

/// As the reference code prints it: both words, the low one first, least significant byte first.
std::string written(Fingerprint fingerprint) {
  std::string bytes;
  for (std::uint64_t word : {fingerprint.low, fingerprint.high}) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(word >> 8 * i & 0xff));
  }
  return to_hex(bytes);
}

TEST(KeyedHash, AgreesWithTheReferenceVectors) {
  const KeyedHash hash(reference_key_low, reference_key_high);
  EXPECT_EQ(written(hash.of(counting_bytes(0))), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(written(hash.of(counting_bytes(7))), "a1f1ebbed8dbc153c0b84aa61ff08239");
  EXPECT_EQ(written(hash.of(counting_bytes(8))), "3b62a9ba6258f5610f83e264f31497b4");
  EXPECT_EQ(written(hash.of(counting_bytes(15))), "5493e99933b0a8117e08ec0f97cfc3d9");
  EXPECT_EQ(written(hash.of(counting_bytes(33))), "77c6077146f01c32b6b69d5f4ea9ffcf");
}

TEST(KeyedHash, DependsOnTheKey) {
  SeededRandom random(1);
  const KeyedHash first(random);
  const KeyedHash second(random);
  EXPECT_NE(first.of("z9hG4bK1"), second.of("z9hG4bK1"));
  EXPECT_EQ(first.of("z9hG4bK1"), first.of("z9hG4bK1"));
}

TEST(KeyedHash, TellsTextsApartThatDifferByTrailingZeros) {
  SeededRandom random(2);
  const KeyedHash hash(random);
  std::set<Fingerprint> seen;
  for (std::size_t length = 0; length < 64; ++length) seen.insert(hash.of(std::string(length, 0)));
  EXPECT_EQ(seen.size(), 64u);
}

}  // namespace
}  // namespace dering
