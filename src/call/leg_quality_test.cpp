// SPDX-License-Identifier: Apache-2.0
#include "call/leg_quality.h"

#include <gtest/gtest.h>

namespace dering::call {
namespace {

media::v2::Quality report(std::uint32_t expected, std::uint32_t lost, std::uint32_t jitter,
                          std::uint32_t mos) {
  media::v2::Quality quality;
  quality.set_codec(media::v2::Codec::NAME_OPUS);
  auto& way = *quality.mutable_from_phone();
  way.set_expected(expected);
  way.set_lost(lost);
  way.set_jitter(jitter);
  way.set_mos(mos);
  return quality;
}

TEST(LegQuality, CountsAddUpAndMeansAreThoseOfThePackets) {
  LegQuality quality;
  quality.take(report(300, 3, 1'000, 400));
  quality.take(report(100, 50, 5'000, 200));
  const auto way = quality.so_far().from_phone;
  EXPECT_EQ(way.packets, 400U);
  EXPECT_EQ(way.lost, 53U);
  EXPECT_EQ(way.jitter, 2'000U);
  EXPECT_EQ(way.mos, 350U);
  EXPECT_EQ(quality.so_far().codec, "opus");
  EXPECT_EQ(quality.so_far().to_phone, directory::LineQuality::Way{});
}

TEST(LegQuality, WhatIsNotRatedMakesNoMeanWorse) {
  LegQuality quality;
  quality.take(report(300, 0, 0, 440));
  quality.take(report(300, 0, 0, 0));
  EXPECT_EQ(quality.so_far().from_phone.mos, 440U);
}

TEST(LegQuality, ALineIsWeakAfterTenSecondsAndWellAgainAfterFifteen) {
  LegQuality quality;
  const auto bad = report(250, 30, 1'000, 300);
  const auto good = report(250, 0, 1'000, 430);
  EXPECT_FALSE(quality.take(bad));
  EXPECT_FALSE(quality.take(good)) << "once is no weakness";
  EXPECT_FALSE(quality.take(bad));
  EXPECT_EQ(quality.take(bad), true);
  EXPECT_FALSE(quality.take(bad)) << "said once";
  EXPECT_FALSE(quality.take(good));
  EXPECT_FALSE(quality.take(good));
  EXPECT_FALSE(quality.take(bad));
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(quality.take(good));
  EXPECT_EQ(quality.take(good), false);
}

TEST(LegQuality, WhatCountsAsBad) {
  const auto is_bad = [](const media::v2::Quality& one) {
    LegQuality quality;
    quality.take(one);
    return quality.take(one) == true;
  };
  EXPECT_TRUE(is_bad(report(250, 13, 0, 430)));
  EXPECT_FALSE(is_bad(report(250, 12, 0, 430)));
  EXPECT_FALSE(is_bad(report(24, 24, 0, 0))) << "a phone that was silent says nothing of its line";
  EXPECT_TRUE(is_bad(report(250, 0, 81'000, 430)));
  EXPECT_TRUE(is_bad(report(250, 0, 0, 309)));
  auto slow = report(250, 0, 0, 430);
  slow.set_round_trip(601);
  EXPECT_TRUE(is_bad(slow));
  auto outward = report(250, 0, 0, 430);
  *outward.mutable_to_phone() = report(250, 20, 0, 430).from_phone();
  EXPECT_TRUE(is_bad(outward));
}

TEST(LegQuality, OfACallOfWhichNothingWasToldNothingIsKnown) {
  EXPECT_FALSE(LegQuality().so_far().is_known());
}

}  // namespace
}  // namespace dering::call
