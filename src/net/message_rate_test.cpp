// SPDX-License-Identifier: Apache-2.0
#include "net/message_rate.h"

#include <gtest/gtest.h>

namespace dering::net {
namespace {

using namespace std::chrono_literals;

constexpr RateLimits limits{
    .messages = 20, .bytes = 1000, .burst_messages = 40, .burst_bytes = 5000};

TEST(MessageRate, AfterTheBurstAConnectionIsReadAtItsRate) {
  MessageRate rate(limits);
  Instant now = Instant{} + 1h;
  int messages = 0;
  for (const Instant end = now + 10s; now < end;) {
    if (const auto wait = rate.wait(now)) {
      now += *wait + 1us;
    } else {
      rate.spend(10, now);
      ++messages;
    }
  }
  EXPECT_NEAR(messages, 40 + 10 * 20, 2);
}

TEST(MessageRate, LargeMessagesCostMore) {
  MessageRate rate(limits);
  const Instant now = Instant{} + 1h;
  rate.spend(15'000, now);
  EXPECT_NEAR(std::chrono::duration<double>(*rate.wait(now)).count(), 10, 0.1);
  EXPECT_FALSE(rate.wait(now + 11s));
}

TEST(MessageRate, WhoSignsInIsReadFaster) {
  MessageRate rate(limits);
  const Instant now = Instant{} + 1h;
  for (int i = 0; i < 100; ++i) rate.spend(10, now);
  EXPECT_TRUE(rate.wait(now));
  rate.allow({.messages = 1000, .bytes = 1e6, .burst_messages = 1000, .burst_bytes = 1e6});
  EXPECT_FALSE(rate.wait(now));
}

}  // namespace
}  // namespace dering::net
