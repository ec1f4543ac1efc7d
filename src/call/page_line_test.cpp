// SPDX-License-Identifier: Apache-2.0
#include "call/page_line.h"

#include <gtest/gtest.h>

namespace dering::call {
namespace {

TEST(PageLine, IsReadByItsNamesInAnyOrder) {
  const auto line = parse_page_line("level=31;received=1500;new=x;jitter=900;round-trip=23;lost=3");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->received, 1'500U);
  EXPECT_EQ(line->lost, 3U);
  EXPECT_EQ(line->jitter, 900U);
  EXPECT_EQ(line->round_trip, 23U);
  EXPECT_EQ(line->level, 31U);
}

TEST(PageLine, OfWhatIsNoneIsNothingAndNumbersHaveBounds) {
  for (const std::string_view text :
       {"received=many", "lost=-1", "jitter=99999999999", "level=1e9", "level=-3", "round-trip="}) {
    EXPECT_FALSE(parse_page_line(text)) << text;
  }
  const auto line = parse_page_line("received=18446744073709551615;level=2000000000");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->received, 1'000'000'000U);
  EXPECT_EQ(line->level, 127U);
  EXPECT_TRUE(parse_page_line(""));
}

}  // namespace
}  // namespace dering::call
