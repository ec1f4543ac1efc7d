// SPDX-License-Identifier: Apache-2.0
#include "codec/g711.h"

#include <gtest/gtest.h>
#include <spandsp/telephony.h>
// They use what the one above declares.
#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace dering::codec::g711 {
namespace {

TEST(G711, ExpandsEveryCodeAsSpandspDoes) {
  for (int code = 0; code < 256; ++code) {
    const auto byte = static_cast<std::uint8_t>(code);
    EXPECT_EQ(expand(Law::mu, byte), ulaw_to_linear(byte));
    EXPECT_EQ(expand(Law::a, byte), alaw_to_linear(byte));
  }
}

TEST(G711, EveryCodeSurvivesItsSample) {
  for (const Law law : {Law::mu, Law::a}) {
    for (int code = 0; code < 256; ++code) {
      const auto byte = static_cast<std::uint8_t>(code);
      const std::uint8_t again = compress(law, expand(law, byte));
      // µ-law has two codes for nothing.
      EXPECT_EQ(expand(law, again), expand(law, byte)) << code;
      EXPECT_TRUE(again == byte || expand(law, byte) == 0);
    }
  }
}

/// Half of the step from this code's sample to the next one, on its wider side.
int half_step(Law law, int sample) {
  int above = std::numeric_limits<int>::max();
  int below = std::numeric_limits<int>::max();
  for (int code = 0; code < 256; ++code) {
    const int distance = expand(law, static_cast<std::uint8_t>(code)) - sample;
    if (distance > 0) above = std::min(above, distance);
    if (distance < 0) below = std::min(below, -distance);
  }
  constexpr int most = std::numeric_limits<int>::max();
  return std::max(above == most ? 0 : above, below == most ? 0 : below) / 2;
}

TEST(G711, NoSampleIsFartherFromItsCodeThanHalfAStep) {
  for (const Law law : {Law::mu, Law::a}) {
    const int greatest = expand(law, 0x80 ^ (law == Law::a ? 0x2A : 0));
    for (int code = 0; code < 256; ++code) {
      const int given = expand(law, static_cast<std::uint8_t>(code));
      const int most = half_step(law, given);
      for (int sample = std::max(-greatest, given - 1'100);
           sample <= std::min(greatest, given + 1'100); ++sample) {
        if (expand(law, compress(law, static_cast<std::int16_t>(sample))) != given) continue;
        // What tells two codes apart may lie one step of their scale beside the middle.
        EXPECT_LE(std::abs(sample - given), most + 16) << sample;
      }
    }
  }
}

TEST(G711, GreaterSamplesNeverBecomeSmaller) {
  for (const Law law : {Law::mu, Law::a}) {
    int before = std::numeric_limits<int>::min();
    for (int sample = -32'768; sample <= 32'767; ++sample) {
      const int given = expand(law, compress(law, static_cast<std::int16_t>(sample)));
      EXPECT_GE(given, before) << sample;
      before = given;
    }
  }
}

}  // namespace
}  // namespace dering::codec::g711
