// SPDX-License-Identifier: Apache-2.0
#include "directory/history.h"

#include <gmock/gmock.h>

namespace dering::directory {
namespace {

using ::testing::ElementsAre;

/// 1001 dials 1002 at second 1000; the rest a test adds.
class HistoryTest : public ::testing::Test {
 protected:
  CallStay& caller(std::string outcome, std::int64_t to = 1'060) {
    return add({1, "1001", "caller", "placed", 1'000, to, std::move(outcome)});
  }
  CallStay& rung(std::string person, std::string outcome, std::int64_t from = 1'000,
                 std::int64_t to = 1'060) {
    return add({++last_leg_, std::move(person), "callee", "rung", from, to, std::move(outcome)});
  }
  CallStay& add(CallStay stay) { return record.stays.emplace_back(std::move(stay)); }
  void ended(std::string outcome, std::int64_t duration_ms = -1) {
    record.outcome = std::move(outcome);
    record.duration_ms = duration_ms;
  }
  /// As it comes out of the store.
  SeenCall seen(std::string_view extension) const {
    CallRecord kept = record;
    kept.stays = kept_stays(record);
    return seen_by(extension, kept);
  }
  std::vector<std::string> kept() const {
    std::vector<std::string> rows;
    for (const CallStay& stay : kept_stays(record)) {
      rows.push_back(stay.person + " " + stay.why + " " + stay.outcome);
    }
    return rows;
  }

  CallRecord record{.call_id = "c",
                    .caller = "1001",
                    .callee = "1002",
                    .started_at = 1'000,
                    .duration_ms = -1,
                    .outcome = "no_answer"};
  std::uint64_t last_leg_ = 1;
};

TEST_F(HistoryTest, TwoWhoTalkedSeeEachOther) {
  caller("answered");
  rung("1002", "answered");
  ended("answered", 50'500);
  EXPECT_EQ(seen("1001"), (SeenCall{true, "1002", 1'000, 50'500, "answered", false}));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, 50'500, "answered", false}));
}

TEST_F(HistoryTest, InAHuntEachSeesTheirOwnEndAndTheCallerWhoAnswered) {
  caller("answered");
  rung("1002", "elsewhere", 1'000, 1'020);
  rung("1003", "busy", 1'020, 1'021);
  rung("1004", "answered", 1'021);
  ended("answered", 30'000);
  EXPECT_EQ(seen("1001"), (SeenCall{true, "1004", 1'000, 30'000, "answered", false}));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, -1, "elsewhere", false}));
  EXPECT_EQ(seen("1003"), (SeenCall{false, "1001", 1'020, -1, "busy", false}));
  EXPECT_EQ(seen("1004"), (SeenCall{false, "1001", 1'021, 30'000, "answered", false}));
}

TEST_F(HistoryTest, AHuntThatNobodyAnsweredIsMissedByWhoRangFirst) {
  caller("cancelled");
  rung("1002", "elsewhere", 1'000, 1'020);
  rung("1003", "cancelled", 1'020);
  ended("cancelled");
  EXPECT_EQ(seen("1001"), (SeenCall{true, "1002", 1'000, -1, "cancelled", false}));
  EXPECT_EQ(seen("1002").outcome, "no_answer") << "nobody answered elsewhere";
  EXPECT_EQ(seen("1003").outcome, "cancelled");
}

TEST_F(HistoryTest, MissedIsWhatNobodyAnsweredInOnesPlace) {
  caller("answered");
  rung("1002", "elsewhere", 1'000, 1'020);
  rung("1004", "answered", 1'021);
  ended("answered", 30'000);
  for (const char* person : {"1001", "1002", "1004"}) EXPECT_FALSE(is_missed(seen(person)));
  record.stays.clear();
  for (const char* outcome :
       {"no_answer", "cancelled", "caller_gone", "busy", "offline", "do_not_disturb"}) {
    ended(outcome);
    EXPECT_TRUE(is_missed(seen("1002"))) << outcome;
    EXPECT_FALSE(is_missed(seen("1001"))) << outcome;
  }
  ended("declined");
  EXPECT_FALSE(is_missed(seen("1002"))) << "who says no has not missed it";
}

TEST_F(HistoryTest, OfSeveralPhonesOfOnePersonTheOneThatTalkedTells) {
  caller("lost");
  rung("1002", "busy", 1'000, 1'001);
  rung("1002", "lost");
  rung("1002", "elsewhere", 1'000, 1'005);
  ended("lost", 55'000);
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, 55'000, "lost", false}));
}

TEST_F(HistoryTest, OfSeveralPhonesThatDidNotTalkTheAnswerElsewhereTells) {
  caller("answered");
  rung("1002", "busy", 1'000, 1'001);
  rung("1002", "elsewhere", 1'000, 1'020);
  rung("1002", "unavailable", 1'000, 1'001);
  rung("1003", "answered", 1'020);
  ended("answered", 40'000);
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, -1, "elsewhere", false}));
}

TEST_F(HistoryTest, OfSeveralPhonesThatFailedTheMostTellingOneTells) {
  caller("declined");
  rung("1002", "declined");
  rung("1002", "failed");
  ended("declined");
  EXPECT_EQ(seen("1002").outcome, "declined");
}

TEST_F(HistoryTest, ABlindTransferIsTwoCallsAndNobodyIsLostBetweenThem) {
  caller("transferred");
  rung("1002", "transferred");
  ended("transferred", 50'000);
  EXPECT_EQ(seen("1001"), (SeenCall{true, "1002", 1'000, 50'000, "transferred", true}));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, 50'000, "transferred", true}));

  CallRecord next{.call_id = "d",
                  .caller = "1002",
                  .callee = "1003",
                  .started_at = 1'060,
                  .duration_ms = 30'000,
                  .outcome = "answered"};
  next.stays = {{2, "1002", "callee", "transferred", 1'060, 1'100, "answered"},
                {3, "1003", "callee", "rung", 1'060, 1'100, "answered"}};
  record = next;
  EXPECT_EQ(seen("1002"), (SeenCall{true, "1003", 1'060, 30'000, "answered", true}));
  EXPECT_EQ(seen("1003"), (SeenCall{false, "1002", 1'060, 30'000, "answered", false}));
}

TEST_F(HistoryTest, WhoIsPutThroughIntoACallHasTheirOwnTimeInIt) {
  caller("transferred", 1'020);
  rung("1002", "answered", 1'000, 1'080);
  add({9, "1005", "callee", "transferred", 1'020, 1'080, "answered"});
  ended("answered", 70'000);
  EXPECT_EQ(seen("1001"), (SeenCall{true, "1002", 1'000, 10'000, "transferred", true}));
  EXPECT_EQ(seen("1005"), (SeenCall{false, "1002", 1'020, 60'000, "answered", true}));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1005", 1'000, 70'000, "answered", false}))
      << "with whom they talked the longest";
}

TEST_F(HistoryTest, WhoseSecondIsShortTalkedWithTheOneWhoStayedAndNotWithWhosePlaceTheyTook) {
  caller("transferred", 1'010);
  rung("1002", "answered", 1'001, 1'010);
  add({5, "1003", "callee", "transferred", 1'010, 1'010, "answered"});
  ended("answered", 9'400);
  EXPECT_EQ(seen("1003").peer, "1002");
  EXPECT_EQ(seen("1001").peer, "1002");
}

TEST_F(HistoryTest, AHiddenCallerIsHiddenHoweverTheCallCameToSomebody) {
  record.hides_caller = true;
  caller("answered");
  rung("1002", "elsewhere", 1'000, 1'010);
  rung("1003", "answered", 1'010);
  ended("answered", 40'000);
  EXPECT_EQ(seen("1001").peer, "1003") << "whoever hid knows whom they called";
  EXPECT_EQ(seen("1002").peer, "anonymous");
  EXPECT_EQ(seen("1003").peer, "anonymous");
}

TEST_F(HistoryTest, WhoHidesAndIsPutThroughIsNoNumberForWhomTheyTalkWith) {
  caller("transferred", 1'020);
  rung("1002", "answered", 1'000, 1'080);
  add({9, "1005", "callee", "transferred", 1'020, 1'080, "answered"}).is_hidden = true;
  ended("answered", 70'000);
  EXPECT_EQ(seen("1002").peer, "anonymous");
  EXPECT_EQ(seen("1005").peer, "1002");
}

TEST_F(HistoryTest, WhoWasDialledAndHadNoPhoneOpenStillSeesTheCall) {
  caller("offline");
  ended("offline");
  EXPECT_THAT(kept(), ElementsAre("1001 placed offline", "1002 dialled offline"));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, -1, "offline", false}));
}

TEST_F(HistoryTest, ACallThatSomebodyElseTookForADialledPersonIsAnsweredElsewhere) {
  caller("answered");
  rung("1003", "answered");
  ended("answered", 40'000);
  EXPECT_THAT(kept(),
              ElementsAre("1001 placed answered", "1003 rung answered", "1002 dialled elsewhere"));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, -1, "elsewhere", false}));
}

TEST_F(HistoryTest, WhatEndedAtTheCallerIsNoCallOfTheCallee) {
  for (const std::string outcome :
       {"already_calling", "too_many_calls", "self_call", "unknown_number"}) {
    record.stays.clear();
    caller(outcome);
    ended(outcome);
    EXPECT_THAT(kept(), ElementsAre("1001 placed " + outcome));
  }
}

TEST_F(HistoryTest, AServiceIsNoPersonAndIsWhatWasDialled) {
  record.callee = "*43";
  caller("answered");
  ended("answered", 2'000);
  EXPECT_THAT(kept(), ElementsAre("1001 placed answered"));
  EXPECT_EQ(seen("1001"), (SeenCall{true, "*43", 1'000, 2'000, "answered", false}));
}

TEST_F(HistoryTest, ARecordWithoutStaysSpeaksOfWhoCalledAndWhoWasDialled) {
  ended("answered", 2'000);
  EXPECT_THAT(kept(), ElementsAre("1001 placed answered", "1002 dialled answered"));
  EXPECT_EQ(seen("1001"), (SeenCall{true, "1002", 1'000, 2'000, "answered", false}));
  EXPECT_EQ(seen("1002"), (SeenCall{false, "1001", 1'000, 2'000, "answered", false}));
}

TEST_F(HistoryTest, TooManyStaysLeaveWhoTalkedAndThenOneForEachPerson) {
  caller("answered");
  for (int i = 0; i < 300; ++i) rung("1002", "elsewhere");
  for (int i = 0; i < 50; ++i) rung("20" + std::to_string(10 + i), "elsewhere");
  rung("1003", "answered");
  ended("answered", 40'000);
  const auto stays = kept_stays(record);
  ASSERT_EQ(stays.size(), most_stays);
  EXPECT_EQ(stays.front().person, "1001");
  EXPECT_EQ(stays.back().person, "1003");
  EXPECT_EQ(seen("2059").outcome, "elsewhere");
  record.stays = stays;
  EXPECT_EQ(kept_stays(record), stays);
}

}  // namespace
}  // namespace dering::directory
