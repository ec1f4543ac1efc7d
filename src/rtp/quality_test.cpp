// SPDX-License-Identifier: Apache-2.0
#include "rtp/quality.h"

#include <gtest/gtest.h>

namespace dering::rtp {
namespace {

using namespace std::chrono_literals;

double score(const Conditions& conditions) {
  return opinion_score(rating(conditions));
}

TEST(Quality, AnUnhurtCallHasTheScoreOfG107sDefaults) {
  EXPECT_NEAR(rating({.equipment = g711_equipment}), 93.2, 0.01);
  EXPECT_NEAR(score({.equipment = g711_equipment}), 4.41, 0.01);
}

// ITU-T G.107 Annex B and G.109: what users say of a rating.
TEST(Quality, RatingsStandForTheScoresOfTheStandard) {
  EXPECT_NEAR(opinion_score(90), 4.34, 0.01);
  EXPECT_NEAR(opinion_score(80), 4.03, 0.01);
  EXPECT_NEAR(opinion_score(70), 3.60, 0.01);
  EXPECT_NEAR(opinion_score(60), 3.10, 0.01);
  EXPECT_NEAR(opinion_score(50), 2.58, 0.01);
  EXPECT_EQ(opinion_score(-5), 1);
  EXPECT_EQ(opinion_score(200), 4.5);
}

TEST(Quality, DelayIsMindedFromATenthOfASecondOn) {
  EXPECT_EQ(rating({.delay = 100ms}), rating({}));
  EXPECT_NEAR(rating({}) - rating({.delay = 400ms}), 24.1, 0.1);
  EXPECT_LT(rating({.delay = 800ms}), rating({.delay = 400ms}));
}

TEST(Quality, LossHurtsAsMuchAsTheCodecBearsIt) {
  // 95 · 5 / (5 + 25.1) of G.711 with concealment.
  EXPECT_NEAR(rating({}) - rating({.lost_share = 0.05, .equipment = g711_equipment}), 15.78, 0.01);
  for (const Equipment& equipment :
       {g711_equipment, g722_equipment, opus_equipment, opus_with_redundancy}) {
    double before = 5;
    for (const double share : {0.0, 0.01, 0.03, 0.1, 0.3, 1.0}) {
      const double now = score({.lost_share = share, .equipment = equipment});
      EXPECT_LT(now, before);
      before = now;
    }
    EXPECT_LT(score({.lost_share = 1, .equipment = equipment}), 1.8);
  }
  EXPECT_GT(score({.lost_share = 0.05, .equipment = opus_with_redundancy}),
            score({.lost_share = 0.05, .equipment = opus_equipment}));
}

TEST(Quality, IsNeverOutsideItsScale) {
  for (const double share : {-3.0, 0.0, 0.5, 7.0}) {
    for (const auto delay : {-10ms, 0ms, 500ms, 1'000'000'000ms}) {
      const double now = score({.lost_share = share, .delay = delay, .equipment = g711_equipment});
      EXPECT_GE(now, 1);
      EXPECT_LE(now, 4.5);
    }
  }
}

}  // namespace
}  // namespace dering::rtp
