// SPDX-License-Identifier: Apache-2.0
//
// Who is sent on by whom, in worlds that go by a script: what the people of tests/sim do by chance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "sim/stays.h"
#include "testing/phone.h"
#include "testing/world.h"

namespace dering::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Phone;
using testing::PhoneKind;

/// Three people live there.
class House : public testing::World {
 public:
  House() { people(3); }
};

/// Siti (1001) talks with Budi (1002) and sends him on to Ayu (1003).
class SentOn : public ::testing::TestWithParam<PhoneKind> {
 protected:
  SentOn() { log::set_level(log::Level::error); }
  void TearDown() override {
    world.pass(10min);
    EXPECT_THAT(siti.untold_transfers(), IsEmpty());
    for (Phone* phone : {&siti, &budi, &ayu}) {
      while (phone->talks()) phone->hangs_up();
    }
    world.pass(2min);
    EXPECT_THAT(world.faults(), IsEmpty());
    EXPECT_THAT(faults_of_stays(world.records()), IsEmpty());
    for (Phone* phone : {&siti, &budi, &ayu}) phone->leaves();
    world.pass(26h);
    for (const TableSize& table : world.left_behind()) ADD_FAILURE() << table.name;
  }
  void talk() {
    siti.calls("1002");
    budi.answers();
    world.pass(10s);
    ASSERT_TRUE(siti.hears(budi) && budi.hears(siti));
  }
  bool are_together(const Phone& one, const Phone& other) {
    world.pass(15s);
    return one.hears(other) && other.hears(one);
  }
  std::vector<std::string> records() const {
    std::vector<std::string> sentences;
    for (const auto& record : world.records()) {
      sentences.push_back(record.caller + " " + record.callee + " " + record.outcome);
    }
    return sentences;
  }

  House world;
  Phone siti{world, "1001", GetParam()};
  Phone budi{world, "1002", GetParam()};
  Phone ayu{world, "1003", GetParam()};
  std::optional<Phone> second{};  ///< of one of them; lives as long as the world
};
std::string name_of(const ::testing::TestParamInfo<PhoneKind>& kind) {
  switch (kind.param) {
    case PhoneKind::browser:
      return "Pages";
    case PhoneKind::firefox:
      return "PagesInFirefox";
    case PhoneKind::desk:
      return "DeskPhones";
    case PhoneKind::tcp_desk:
      return "DeskPhonesOnTcp";
  }
  return {};
}
INSTANTIATE_TEST_SUITE_P(On, SentOn,
                         ::testing::Values(PhoneKind::browser, PhoneKind::firefox, PhoneKind::desk,
                                           PhoneKind::tcp_desk),
                         name_of);

TEST_P(SentOn, BudiTalksWithAyuAndSitiIsToldAndLetGo) {
  talk();
  siti.sends_on("1003");
  EXPECT_TRUE(siti.talks());
  EXPECT_TRUE(budi.talks());
  ASSERT_TRUE(ayu.rings());
  EXPECT_EQ(siti.told(), 180);
  ayu.answers();
  EXPECT_EQ(siti.told(), 200);
  EXPECT_FALSE(siti.talks());
  EXPECT_TRUE(are_together(budi, ayu));
  EXPECT_THAT(records(), ElementsAre("1001 1002 transferred"));
}

TEST_P(SentOn, BudiIsBackWithSitiWhenAyuRefuses) {
  talk();
  siti.sends_on("1003");
  ayu.declines(486);
  EXPECT_EQ(siti.told(), 486);
  EXPECT_TRUE(are_together(siti, budi));
  EXPECT_THAT(records(), ElementsAre("1002 1003 busy"));
}

TEST_P(SentOn, BudiIsBackWithSitiWhenAyuDoesNotAnswer) {
  talk();
  siti.sends_on("1003");
  world.pass(61s);
  EXPECT_EQ(siti.told(), 408);
  EXPECT_FALSE(ayu.rings());
  EXPECT_TRUE(are_together(siti, budi));
}

TEST_P(SentOn, SitiIsRungWhenSheHasHungUpAndAyuRefuses) {
  talk();
  siti.sends_on("1003");
  siti.hangs_up();
  EXPECT_TRUE(budi.talks());
  ayu.declines(486);
  ASSERT_TRUE(siti.rings());
  siti.answers();
  EXPECT_TRUE(are_together(siti, budi));
}

TEST_P(SentOn, NobodyIsLeftWhenBudiHangsUpMeanwhile) {
  talk();
  siti.sends_on("1003");
  budi.hangs_up();
  EXPECT_EQ(siti.told(), 487);
  EXPECT_FALSE(siti.talks());
  EXPECT_FALSE(ayu.rings());
  EXPECT_THAT(records(), ElementsAre("1002 1003 cancelled", "1001 1002 transferred"));
}

TEST_P(SentOn, SitiMayLoseHerConnectionMeanwhile) {
  talk();
  siti.sends_on("1003");
  siti.loses_connection();
  world.pass(3s);
  ayu.answers();
  EXPECT_TRUE(are_together(budi, ayu));
  siti.returns();
  world.pass(2min);
  EXPECT_FALSE(siti.talks());
}

TEST_P(SentOn, BudiIsSentOnAsWellAfterTheEngineDied) {
  talk();
  world.kill_engine();
  world.pass(3s);
  world.revive_engine();
  ASSERT_TRUE(are_together(siti, budi));
  siti.sends_on("1003");
  ayu.answers();
  EXPECT_EQ(siti.told(), 200);
  EXPECT_TRUE(are_together(budi, ayu));
}

TEST_P(SentOn, SitiIsToldOnHerNextConnectionWhatTheLastOneTookAlong) {
  if (!siti.has_connection()) GTEST_SKIP() << "a datagram has no connection that breaks";
  talk();
  siti.breaks_before("NOTIFY ");
  siti.sends_on("1003");
  world.pass(3s);
  siti.returns();
  ayu.answers();
  EXPECT_TRUE(are_together(budi, ayu));
  EXPECT_FALSE(siti.talks());
}

TEST_P(SentOn, BudiTalksWithAyuWhomSitiAskedBefore) {
  talk();
  siti.calls("1003");
  ayu.answers();
  world.pass(5s);
  siti.brings_together();
  if (siti.told() == 488) return;  // the two calls are on two threads of the engine
  EXPECT_EQ(siti.told(), 200);
  EXPECT_FALSE(siti.talks());
  EXPECT_TRUE(are_together(budi, ayu));
}

TEST_P(SentOn, BudiRingsAtAyuWhomSitiOnlyRang) {
  talk();
  siti.calls("1003");
  ASSERT_TRUE(ayu.rings());
  siti.brings_together();
  EXPECT_EQ(siti.outcome(), "cancelled");
  ASSERT_TRUE(ayu.rings());
  ayu.answers();
  EXPECT_EQ(siti.told(), 200);
  EXPECT_TRUE(are_together(budi, ayu));
}

TEST_P(SentOn, OneOfAyusTwoPhonesHasTheCallWhenBothAnswerAtOnce) {
  Phone& other = second.emplace(world, "1003");
  talk();
  siti.sends_on("1003");
  ASSERT_TRUE(ayu.rings() && other.rings());
  world.after(1s, [&] { ayu.answers(); });
  world.after(1s, [&] { other.answers(); });
  world.pass(5s);
  EXPECT_NE(ayu.talks(), other.talks());
  EXPECT_TRUE(are_together(budi, ayu.talks() ? ayu : other));
  while (other.talks()) other.hangs_up();
  other.leaves();
}

TEST_P(SentOn, BudiWaitsWhereHeIsParkedUntilAyuTakesTheCall) {
  talk();
  siti.sends_on("70");
  world.pass(5s);
  EXPECT_EQ(siti.told(), 200);
  EXPECT_FALSE(siti.talks());
  EXPECT_TRUE(budi.talks());
  ayu.calls("71");
  EXPECT_EQ(ayu.outcome(), "answered");
  EXPECT_TRUE(are_together(budi, ayu));
  siti.calls("71");
  EXPECT_EQ(siti.outcome(), "nothing_parked");
}

TEST_P(SentOn, BudiComesToThePlaceThatSitiAskedForAndBackToHerInTheEnd) {
  talk();
  siti.calls("70");
  EXPECT_EQ(siti.outcome(), "answered");
  world.pass(2s);
  siti.brings_together();
  world.pass(5s);
  EXPECT_EQ(siti.told(), 200);
  EXPECT_FALSE(siti.talks());
  world.pass(60s);
  ASSERT_TRUE(siti.rings());
  siti.answers();
  EXPECT_TRUE(are_together(siti, budi));
}

TEST_P(SentOn, ACallThatRingsComesToWhoeverPicksItUp) {
  siti.calls("1002");
  ASSERT_TRUE(budi.rings());
  ayu.calls("**1002");
  EXPECT_FALSE(budi.rings());
  EXPECT_EQ(siti.outcome(), "answered");
  EXPECT_EQ(ayu.outcome(), "answered");
  EXPECT_TRUE(are_together(siti, ayu));
  ayu.calls("*8");
  EXPECT_EQ(ayu.outcome(), "nothing_rings");
}

TEST_P(SentOn, APersonTakesTheirCallFromOnePhoneToTheOther) {
  Phone& other = second.emplace(world, "1002");
  talk();
  other.takes_over(budi);
  EXPECT_TRUE(other.talks());
  EXPECT_FALSE(budi.talks());
  EXPECT_TRUE(are_together(siti, other));
  while (other.talks()) other.hangs_up();
  other.leaves();
}

}  // namespace
}  // namespace dering::sim
