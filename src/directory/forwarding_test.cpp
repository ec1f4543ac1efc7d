// SPDX-License-Identifier: Apache-2.0
#include "directory/forwarding.h"

#include <gtest/gtest.h>

#include "directory/history.h"

namespace dering::directory {
namespace {

const Directory& house() {
  static const Directory directory({{UserId{1}, {}, "a", "siti", "Siti", {}, "1001"},
                                    {UserId{2}, {}, "b", "budi", "Budi", {}, "1002"}},
                                   {});
  return directory;
}

TEST(Forwarding, AChangeSaysNothingOfTheRest) {
  Forwarding forwarding;
  forwarding = changed(forwarding, {.always = "1002"});
  forwarding = changed(forwarding, {.busy = "1003", .do_not_disturb = true});
  EXPECT_EQ(forwarding.always, "1002");
  EXPECT_EQ(forwarding.target(ForwardingCase::busy), "1003");
  EXPECT_TRUE(forwarding.do_not_disturb);
  EXPECT_EQ(forwarding.ring_seconds, 20U);
  forwarding = changed(forwarding, {.always = "", .busy = "", .do_not_disturb = false});
  EXPECT_FALSE(forwarding.is_set());
}

TEST(Forwarding, GoesToSomebodyElseOfThisHouseOnly) {
  EXPECT_EQ(fault_of({.always = "1002"}, "1001", house()), std::nullopt);
  EXPECT_EQ(fault_of({.always = ""}, "1001", house()), std::nullopt);
  EXPECT_EQ(fault_of({.busy = "1001"}, "1001", house()), ForwardingFault::own_number);
  for (const char* nobody : {"1003", "*43", "*721002", "70", "71", "+62812345678", " 1002",
                             "sip:1002@dering", "1002;phone-context=x"}) {
    EXPECT_EQ(fault_of({.unreachable = nobody}, "1001", house()), ForwardingFault::unknown_number)
        << nobody;
  }
  EXPECT_EQ(fault_of({.no_answer = std::string(300, '1')}, "1001", house()),
            ForwardingFault::unknown_number);
}

TEST(Forwarding, PhonesRingForFiveSecondsToTwoMinutes) {
  EXPECT_EQ(fault_of({.ring_seconds = 5}, "1001", house()), std::nullopt);
  EXPECT_EQ(fault_of({.ring_seconds = 120}, "1001", house()), std::nullopt);
  EXPECT_EQ(fault_of({.ring_seconds = 4}, "1001", house()), ForwardingFault::ring_time);
  EXPECT_EQ(fault_of({.ring_seconds = 121}, "1001", house()), ForwardingFault::ring_time);
}

CallStay stay(std::uint64_t leg, std::string person, std::string why, std::string outcome) {
  return {.leg = leg,
          .person = std::move(person),
          .role = leg == 1 ? "caller" : "callee",
          .why = std::move(why),
          .from = 100,
          .to = 130,
          .outcome = std::move(outcome)};
}

TEST(Forwarding, IsNoMissedCallToWhomItLedAwayFrom) {
  const CallRecord record{
      .call_id = "c",
      .caller = "1001",
      .callee = "1002",
      .started_at = 100,
      .duration_ms = 10'000,
      .outcome = "answered",
      .stays = {stay(1, "1001", "placed", "answered"), stay(2, "1002", "rung", "no_answer"),
                stay(0, "1002", "rung", "forwarded"),
                stay(0, "1003", "forwarded_no_answer", "forwarded"),
                stay(3, "1004", "forwarded_always", "answered")}};
  EXPECT_EQ(seen_by("1002", record).outcome, "forwarded");
  EXPECT_EQ(seen_by("1002", record).forwarded_to, "1003");
  EXPECT_EQ(seen_by("1003", record).forwarded_by, "1002");
  EXPECT_EQ(seen_by("1003", record).forwarded_to, "1004");
  EXPECT_EQ(seen_by("1004", record).forwarded_by, "1003");
  EXPECT_EQ(seen_by("1004", record).outcome, "answered");
  EXPECT_EQ(seen_by("1001", record).peer, "1004");
  EXPECT_EQ(seen_by("1001", record).forwarded_by, "");
  EXPECT_EQ(kept_stays(record).size(), record.stays.size());
}

}  // namespace
}  // namespace dering::directory
