// SPDX-License-Identifier: Apache-2.0
#include "directory/line_quality.h"

#include <gtest/gtest.h>

namespace dering::directory {
namespace {

TEST(LineQuality, IsReadAsItWasWritten) {
  const LineQuality quality{"opus", {1'500, 3, 1, 900, 430}, {1'490, 0, 0, 1'200, 441}, 23, "dtls",
                            31};
  EXPECT_EQ(quality.text(), "opus 1500 3 1 900 430 1490 0 0 1200 441 23 dtls 31");
  EXPECT_EQ(LineQuality::from_text(quality.text()), quality);
  const LineQuality sealed{"", {}, {1'490, 0, 0, 1'200, 0}, 23, "sealed", 0};
  EXPECT_EQ(LineQuality::from_text(sealed.text()), sealed);
  EXPECT_EQ(LineQuality{}.text(), "");
}

TEST(LineQuality, WhatAnOlderVersionWroteIsRead) {
  const LineQuality quality = LineQuality::from_text("opus 1500 3 1 900 430 1490 0 0 1200 441 23");
  EXPECT_EQ(quality.round_trip, 23U);
  EXPECT_TRUE(quality.media.empty());
}

TEST(LineQuality, WhatIsNoneIsNotKnown) {
  for (const char* text : {"", "opus", "opus 1 2 3 4 5 6 7 8 9 10", "opus 1 2 3 4 5 6 7 8 9 10 x",
                           "opus 1 2 3 4 5 6 7 8 9 10 11 12", "opus 1 -2 3 4 5 6 7 8 9 10 11"}) {
    EXPECT_FALSE(LineQuality::from_text(text).is_known()) << text;
  }
}

}  // namespace
}  // namespace dering::directory
