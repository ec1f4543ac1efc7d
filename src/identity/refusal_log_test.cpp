// SPDX-License-Identifier: Apache-2.0
#include "identity/refusal_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RefusalLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> refused(TokenFault fault = TokenFault::unknown_key) {
    return log_.on_refused(fault, "192.0.2.1", now_);
  }
  void flood(unsigned times) {
    for (unsigned i = 0; i < times; ++i) (void)refused();
  }

  RefusalLog log_;
  UnixSeconds now_{1'800'000'000s};
};

TEST_F(RefusalLogTest, SaysWhoAndWhy) {
  EXPECT_THAT(refused(), ElementsAre("token refused from 192.0.2.1: unknown key"));
}

TEST_F(RefusalLogTest, IsSilentInAFloodAndThenSaysHowManyThereWere) {
  EXPECT_THAT(refused(), ElementsAre("token refused from 192.0.2.1: unknown key"));
  flood(1);
  EXPECT_THAT(refused(), IsEmpty());
  now_ += 1s;
  EXPECT_THAT(refused(), ElementsAre("2 more tokens refused: unknown key",
                                     "token refused from 192.0.2.1: unknown key"));
}

TEST_F(RefusalLogTest, G5WhatWasLeftOutIsToldASecondLaterThoughNothingMoreComes) {
  EXPECT_THAT(refused(), ElementsAre("token refused from 192.0.2.1: unknown key"));
  flood(3);
  EXPECT_THAT(log_.on_time(now_), IsEmpty());
  now_ += 1s;
  EXPECT_THAT(log_.on_time(now_), ElementsAre("3 more tokens refused: unknown key"));
  EXPECT_THAT(log_.on_time(now_), IsEmpty());
  EXPECT_THAT(refused(), ElementsAre("token refused from 192.0.2.1: unknown key"));
}

TEST_F(RefusalLogTest, AFloodOfOneReasonHidesNoOther) {
  flood(100);
  EXPECT_THAT(refused(TokenFault::bad_signature),
              ElementsAre("token refused from 192.0.2.1: bad signature"));
}

TEST_F(RefusalLogTest, AClockThatIsSetBackSilencesNothing) {
  flood(RefusalLog::most_lines);
  now_ -= 1h;
  EXPECT_THAT(refused(), ElementsAre("token refused from 192.0.2.1: unknown key"));
}

TEST_F(RefusalLogTest, HasRoomForEveryReason) {
  EXPECT_THAT(refused(TokenFault::replayed), ElementsAre(::testing::HasSubstr("refused")));
}

}  // namespace
}  // namespace dering::identity
