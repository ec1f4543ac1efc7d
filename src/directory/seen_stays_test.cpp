// SPDX-License-Identifier: Apache-2.0
#include "directory/seen_stays.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "directory/history.h"

namespace dering::directory {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// 1001 dials 1002 at second 1000; the rest a test adds.
class SeenStaysTest : public ::testing::Test {
 protected:
  SeenStaysTest() {
    record = {.call_id = "c",
              .caller = "1001",
              .callee = "1002",
              .started_at = 1'000,
              .duration_ms = 60'000,
              .outcome = "answered"};
  }
  CallStay& add(std::string person, std::string why, std::int64_t from, std::int64_t to) {
    CallStay stay;
    stay.leg = record.stays.size() + 1;
    stay.person = std::move(person);
    stay.role = why == "placed" ? "caller" : "callee";
    stay.why = std::move(why);
    stay.from = from;
    stay.to = to;
    stay.outcome = "answered";
    return record.stays.emplace_back(std::move(stay));
  }
  CallStay& add(std::string person, std::string why, std::int64_t from, std::int64_t to,
                std::string outcome) {
    CallStay& stay = add(std::move(person), std::move(why), from, to);
    stay.outcome = std::move(outcome);
    return stay;
  }
  /// "1003 rung 1000-1060 answered talked": what that person sees of it.
  std::vector<std::string> seen(std::string_view extension) const {
    std::vector<std::string> rows;
    for (const SeenStay& stay : seen_stays(extension, record)) {
      std::string row =
          fmt::format("{} {} {}-{} {}{}", stay.person, stay.why, stay.from, stay.to,
                      stay.outcome.empty() ? "?" : stay.outcome, stay.has_talked ? " talked" : "");
      if (!stay.brought_by.empty()) row += " from " + stay.brought_by;
      if (!stay.sent_to.empty())
        row += fmt::format(", sent to {} by {}", stay.sent_to, stay.sent_by);
      rows.push_back(row);
    }
    return rows;
  }

  CallRecord record;
};

TEST_F(SeenStaysTest, TwoWhoTalkedSeeEachOther) {
  add("1001", "placed", 1'000, 1'060);
  add("1002", "rung", 1'000, 1'060);
  const auto both =
      ElementsAre("1001 placed 1000-1060 answered talked", "1002 rung 1000-1060 answered talked");
  EXPECT_THAT(seen("1001"), both);
  EXPECT_THAT(seen("1002"), both);
}

TEST_F(SeenStaysTest, WhoTookNoPartSeesNothing) {
  add("1001", "placed", 1'000, 1'060);
  EXPECT_THAT(seen("1009"), IsEmpty());
}

TEST_F(SeenStaysTest, OnlyWhoPlacedTheCallSeesTheOthersThatWereRung) {
  add("1001", "placed", 1'000, 1'060);
  add("1002", "rung", 1'000, 1'010, "busy");
  add("1003", "rung", 1'010, 1'020, "declined");
  add("1004", "rung", 1'020, 1'060);
  EXPECT_THAT(seen("1001"), SizeIs(4));
  EXPECT_THAT(seen("1003"), ElementsAre("1001 placed 1010-1020 ?", "1003 rung 1010-1020 declined"))
      << "neither who was rung before, nor how long the caller talked with somebody else";
  EXPECT_THAT(seen("1004"), ElementsAre("1001 placed 1020-1060 answered talked",
                                        "1004 rung 1020-1060 answered talked"));
}

TEST_F(SeenStaysTest, WhoIsSentOnSeesByWhomAndTheTransferorNothingOfWhatFollows) {
  record.outcome = "transferred";
  add("1001", "placed", 1'000, 1'070, "transferred");
  CallStay& sent = add("1002", "rung", 1'000, 1'060, "transferred");
  sent.sent_by = "1001";
  sent.sent_to = "1003";
  EXPECT_THAT(seen("1001"),
              ElementsAre("1001 placed 1000-1070 transferred talked",
                          "1002 rung 1000-1060 transferred talked, sent to 1003 by 1001"));
  EXPECT_THAT(seen("1002"),
              ElementsAre("1001 placed 1000-1060 ? talked",
                          "1002 rung 1000-1060 transferred talked, sent to 1003 by 1001"));

  // The call that follows: 1002 is who it goes on for.
  record = {.call_id = "d",
            .caller = "1002",
            .callee = "1003",
            .started_at = 1'060,
            .duration_ms = 30'000,
            .outcome = "answered"};
  add("1002", "transferred", 1'060, 1'100).brought_by = "1001";
  add("1003", "rung", 1'060, 1'100);
  EXPECT_THAT(seen("1001"), IsEmpty());
  EXPECT_THAT(seen("1003"), ElementsAre("1002 transferred 1060-1100 answered talked from 1001",
                                        "1003 rung 1060-1100 answered talked"));
}

TEST_F(SeenStaysTest, AfterAskingNobodySeesHowTheOthersWentOnWithoutThem) {
  add("1001", "placed", 1'000, 1'020, "transferred");
  add("1003", "rung", 1'000, 1'080);
  add("1002", "transferred", 1'020, 1'080).brought_by = "1001";
  EXPECT_THAT(seen("1001"), ElementsAre("1001 placed 1000-1020 transferred talked",
                                        "1003 rung 1000-1020 ? talked",
                                        "1002 transferred 1020-1020 ? talked from 1001"));
  EXPECT_THAT(seen("1002"), Contains("1001 placed 1020-1020 transferred talked"))
      << "who sent them, but not how long they had been asking";
  EXPECT_THAT(seen("1003"), SizeIs(3));
}

TEST_F(SeenStaysTest, AForwardingIsSeenByWhomItLeadsToAndByWhoSetItUpToTheNextOne) {
  add("1001", "placed", 1'000, 1'060);
  add("1002", "dialled", 1'000, 1'000, "forwarded");
  add("1003", "forwarded_always", 1'000, 1'020, "forwarded");
  add("1003", "forwarded_always", 1'000, 1'020, "forwarded");
  add("1004", "forwarded_no_answer", 1'020, 1'060);
  const std::string second = "1003 forwarded_always 1000-1020 forwarded from 1002";
  EXPECT_THAT(
      seen("1001"),
      ElementsAre("1001 placed 1000-1060 answered talked", "1002 dialled 1000-1000 forwarded",
                  second, "1004 forwarded_no_answer 1020-1060 answered talked from 1003"));
  EXPECT_THAT(seen("1002"),
              ElementsAre("1001 placed 1000-1000 ?", "1002 dialled 1000-1000 forwarded",
                          "1003 forwarded_always 1000-1000 ? from 1002"))
      << "not where it went from there";
  EXPECT_THAT(seen("1003"),
              ElementsAre("1001 placed 1000-1020 ?", "1002 dialled 1000-1000 forwarded", second,
                          "1004 forwarded_no_answer 1020-1020 ? from 1003"))
      << "not whether somebody answered there";
  EXPECT_THAT(seen("1004"), Contains("1002 dialled 1020-1020 forwarded"));
}

TEST_F(SeenStaysTest, WhoWasRungSeesWhoPickedItUpAndNotForHowLong) {
  add("1001", "placed", 1'000, 1'060);
  add("1002", "rung", 1'000, 1'010, "elsewhere");
  add("1002", "rung", 1'000, 1'010, "elsewhere");
  add("1003", "picked_up", 1'010, 1'060);
  EXPECT_THAT(seen("1002"), ElementsAre("1001 placed 1000-1010 ?", "1002 rung 1000-1010 elsewhere",
                                        "1003 picked_up 1010-1010 ? talked"));
  EXPECT_THAT(seen("1003"), ElementsAre("1001 placed 1010-1060 answered talked",
                                        "1003 picked_up 1010-1060 answered talked"));
}

TEST_F(SeenStaysTest, OfSeveralPhonesOfOnePersonTheOneThatTalkedTells) {
  add("1001", "placed", 1'000, 1'060);
  add("1002", "rung", 1'000, 1'005, "busy");
  add("1002", "rung", 1'001, 1'060);
  add("1002", "rung", 1'000, 1'010, "elsewhere");
  EXPECT_THAT(seen("1001"), ElementsAre("1001 placed 1000-1060 answered talked",
                                        "1002 rung 1000-1060 answered talked"));
}

TEST_F(SeenStaysTest, WhoHidesIsNamedToNobodyButThemselves) {
  record.hides_caller = true;
  add("1001", "placed", 1'000, 1'060);
  CallStay& sent = add("1002", "rung", 1'000, 1'060, "transferred");
  sent.sent_by = "1001";
  sent.sent_to = "1003";
  add("1005", "picked_up", 1'050, 1'060).is_hidden = true;
  EXPECT_THAT(seen("1005"), Contains("anonymous placed 1050-1060 answered talked"));
  for (const std::string person : {"1002", "1005"}) {
    for (const std::string& row : seen(person)) EXPECT_EQ(row.find("1001"), row.npos) << row;
  }
  EXPECT_THAT(seen("1001"), Contains("anonymous picked_up 1050-1060 answered talked"));
  EXPECT_THAT(seen("1001"),
              Contains("1002 rung 1000-1060 transferred talked, sent to 1003 by 1001"));
  EXPECT_THAT(seen("1002"),
              Contains("1002 rung 1000-1060 transferred talked, sent to 1003 by anonymous"));
}

TEST_F(SeenStaysTest, AHuntThroughHundredsIsBoundedAndKeepsWhoTalked) {
  add("1001", "placed", 1'000, 1'060);
  for (int i = 0; i < 150; ++i) add(fmt::format("2{:03}", i), "rung", 1'000, 1'060, "elsewhere");
  add("1003", "rung", 1'000, 1'060);
  const auto stays = seen_stays("1001", record);
  ASSERT_EQ(stays.size(), most_seen_stays);
  EXPECT_EQ(stays.front().person, "1001");
  EXPECT_EQ(stays.back().person, "1003");
}

}  // namespace
}  // namespace dering::directory
