// SPDX-License-Identifier: Apache-2.0
#include "base/capped_line.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

using namespace std::chrono_literals;

TEST(CappedLine, AFloodIsOneLineASecondWithACount) {
  CappedLine line;
  Instant now{100s};
  EXPECT_EQ(line.on("refused a", now), "refused a");
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(line.on("refused b", now + 900ms));
  EXPECT_EQ(line.on("refused c", now + 1s),
            "refused c (and 1000 more of this kind since the last such line)");
  EXPECT_EQ(line.on("refused d", now + 2s), "refused d");
}

}  // namespace
}  // namespace dering
