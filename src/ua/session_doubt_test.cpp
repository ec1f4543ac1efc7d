// SPDX-License-Identifier: Apache-2.0
#include "ua/session_doubt.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace dering::ua {
namespace {

using namespace std::chrono_literals;

constexpr Instant now = Instant{} + 1h;

TEST(SessionDoubt, AnAnswerThatWasNotAcknowledgedIsAskedAboutWhenTheConnectionBreaks) {
  SessionDoubt doubt;
  doubt.on_flow_lost(now);
  EXPECT_FALSE(doubt.is_due(now)) << "nothing was answered";
  doubt.on_answered(now);
  EXPECT_FALSE(doubt.is_due(now)) << "it may be on its way";
  doubt.on_flow_lost(now + 1s);
  EXPECT_TRUE(doubt.is_due(now + 1s));
  doubt.on_asking();
  EXPECT_FALSE(doubt.is_due(now + 1h));
}

TEST(SessionDoubt, WhatWasAcknowledgedIsKnown) {
  SessionDoubt doubt;
  doubt.on_answered(now);
  doubt.on_acknowledged();
  doubt.on_flow_lost(now);
  EXPECT_FALSE(doubt.is_due(now));
}

TEST(SessionDoubt, WhoStillAskedAfterTheAnswerWouldHaveSoughtItForAsLongAsARequestIsRepeated) {
  for (const auto& [later, is_in_doubt] : {std::pair{32s, true}, std::pair{33s, false}}) {
    SessionDoubt doubt;
    doubt.on_answered(now);
    doubt.on_flow_lost(now + later);
    EXPECT_EQ(doubt.is_due(now + later), is_in_doubt) << later.count();
  }
}

TEST(SessionDoubt, WhoIsBusyIsAskedAgainAfterThePauseOfGlareButNotForEver) {
  SessionDoubt doubt;
  doubt.on_offer_lost(now);
  int asked = 0;
  for (Instant at = now; doubt.next_deadline() && asked < 100; ++asked) {
    at = *doubt.next_deadline();
    doubt.on_asking();
    doubt.on_refused(asked % 2 == 0 ? 491 : 500, "tag", at);
    if (!doubt.next_deadline()) break;
    EXPECT_GE(*doubt.next_deadline() - at, 2100ms);
    EXPECT_LT(*doubt.next_deadline() - at, 4s);
  }
  EXPECT_GT(asked, 3);
  EXPECT_LT(asked, 20);
}

TEST(SessionDoubt, WhoRefusesForGoodIsNotAskedAgain) {
  for (const int status : {415, 488, 606, 405}) {
    SessionDoubt doubt;
    doubt.on_offer_lost(now);
    doubt.on_asking();
    doubt.on_refused(status, "tag", now);
    EXPECT_FALSE(doubt.next_deadline()) << status;
  }
}

}  // namespace
}  // namespace dering::ua
