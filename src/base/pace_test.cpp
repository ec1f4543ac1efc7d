// SPDX-License-Identifier: Apache-2.0
#include "base/pace.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

using namespace std::chrono_literals;

constexpr Pace four_a_millisecond(500us, 40);

Instant feed(Pace& pace, Instant from, Duration gap, int packets) {
  for (int i = 0; i < packets; ++i) pace.on_batch(1, from += gap);
  return from;
}

TEST(Pace, IsBusyFromFourPacketsAMillisecond) {
  Pace pace = four_a_millisecond;
  EXPECT_FALSE(pace.is_busy());
  feed(pace, Instant{} + 1h, 200us, 200);
  EXPECT_TRUE(pace.is_busy());
}

TEST(Pace, IsQuietBelow) {
  Pace pace = four_a_millisecond;
  feed(pace, Instant{} + 1h, 300us, 200);
  EXPECT_FALSE(pace.is_busy());
}

TEST(Pace, TurnsQuietWhenPacketsStop) {
  Pace pace = four_a_millisecond;
  const Instant now = feed(pace, Instant{} + 1h, 100us, 500);
  ASSERT_TRUE(pace.is_busy());
  for (Duration idle = 500us; idle <= 20ms; idle += 500us) pace.on_batch(0, now + idle);
  EXPECT_FALSE(pace.is_busy());
}

TEST(Pace, DoesNotTakeALongWaitForABusyWindow) {
  Pace pace = four_a_millisecond;
  pace.on_batch(64, Instant{} + 1h);
  pace.on_batch(64, Instant{} + 2h);
  EXPECT_FALSE(pace.is_busy());
}

}  // namespace
}  // namespace dering
