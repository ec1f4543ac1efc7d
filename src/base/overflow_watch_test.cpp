// SPDX-License-Identifier: Apache-2.0
#include "base/overflow_watch.h"

#include <gmock/gmock.h>

#include <array>

namespace dering {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class OverflowWatchTest : public ::testing::Test {
 protected:
  std::optional<std::string> look() { return watch.look(counts, now); }

  std::array<Overflow, 2> counts{{{"answers", 0}, {"events", 0}}};
  OverflowWatch watch;
  Instant now{};
};

TEST_F(OverflowWatchTest, SaysNothingWhileThereIsRoom) {
  EXPECT_FALSE(look());
  now += 10min;
  EXPECT_FALSE(look());
  EXPECT_FALSE(watch.next_deadline());
}

TEST_F(OverflowWatchTest, SaysAtOnceWhatFoundNoRoomAndNothingElse) {
  counts[1].count = 7;
  const auto line = look();
  ASSERT_TRUE(line);
  EXPECT_THAT(*line, HasSubstr("events 7 (+7)"));
  EXPECT_THAT(*line, Not(HasSubstr("answers")));
  EXPECT_FALSE(look()) << "once";
}

TEST_F(OverflowWatchTest, SaysItOnceAMinuteHoweverMuchThereIs) {
  std::size_t lines = 0;
  std::string last;
  for (int second = 0; second < 600; ++second, now += 1s) {
    counts[0].count += 1000;
    if (auto line = look()) {
      ++lines;
      last = *std::move(line);
    }
  }
  EXPECT_EQ(lines, 10U);
  EXPECT_THAT(last, HasSubstr("answers 541000 (+60000)"));
}

TEST_F(OverflowWatchTest, SaysWhatHadToWaitAlthoughNothingComesAfterIt) {
  counts[0].count = 1;
  ASSERT_TRUE(look());
  now += 10s;
  counts[0].count = 2;
  EXPECT_FALSE(look());
  ASSERT_EQ(watch.next_deadline(), Instant{} + 1min);
  now = *watch.next_deadline();
  EXPECT_TRUE(look());
  EXPECT_FALSE(watch.next_deadline());
}

TEST_F(OverflowWatchTest, AClockThatIsSetBackDoesNotSilenceIt) {
  now += 24h;
  counts[0].count = 1;
  ASSERT_TRUE(look());
  now -= 23h;
  counts[0].count = 2;
  EXPECT_TRUE(look());
}

}  // namespace
}  // namespace dering
