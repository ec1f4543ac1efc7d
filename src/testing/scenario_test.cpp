// SPDX-License-Identifier: Apache-2.0
//
// What people do with two and three phones, told in the scenario language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "testing/phone.h"
#include "testing/world.h"

namespace dering::testing {
namespace {

using namespace std::chrono_literals;
using directory::Presence;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ScenarioTest : public ::testing::Test {
 protected:
  ScenarioTest() { world.people(3); }
  void TearDown() override { EXPECT_THAT(world.faults(), IsEmpty()); }

  std::vector<std::string> outcomes() const {
    std::vector<std::string> words;
    for (const directory::CallRecord& record : world.records()) words.push_back(record.outcome);
    return words;
  }
  std::vector<std::string> names_left_behind() const {
    std::vector<std::string> names;
    for (const TableSize& table : world.left_behind()) names.emplace_back(table.name);
    return names;
  }

  World world;
};

TEST_F(ScenarioTest, TwoBrowsersTalkAndHearEachOtherUntilOneHangsUp) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  ASSERT_TRUE(budi.rings());
  budi.answers();
  world.pass(1min);
  EXPECT_TRUE(siti.hears(budi));
  EXPECT_TRUE(budi.hears(siti));
  EXPECT_EQ(world.presence_of("1002"), Presence::in_call);
  siti.hangs_up();
  EXPECT_FALSE(budi.talks());
  EXPECT_EQ(siti.outcome(), "answered");
  EXPECT_THAT(outcomes(), ElementsAre("answered"));
}

TEST_F(ScenarioTest, TheFirstPhoneToAnswerWinsAndTheOthersStopRinging) {
  Phone siti(world, "1001");
  Phone laptop(world, "1002");
  Phone tablet(world, "1002");
  siti.calls("1002");
  ASSERT_TRUE(laptop.rings() && tablet.rings());
  tablet.answers();
  EXPECT_FALSE(laptop.rings());
  world.pass(10s);
  EXPECT_TRUE(siti.hears(tablet));
}

TEST_F(ScenarioTest, AUserWithAsManyBrowsersAsMayBeBoundCanBeCalled) {
  Phone siti(world, "1001");
  std::vector<std::unique_ptr<Phone>> browsers;
  const std::size_t most = World::plain_settings().bindings_per_user;
  for (std::size_t i = 0; i < most; ++i) {
    browsers.push_back(std::make_unique<Phone>(world, "1002"));
  }
  siti.calls("1002");
  for (const auto& browser : browsers) EXPECT_TRUE(browser->rings());
  browsers.back()->answers();
  EXPECT_TRUE(siti.talks());
}

TEST_F(ScenarioTest, WhoeverDeclinesOrIsAwayIsNamedInTheRecord) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.declines();
  siti.calls("1003");
  siti.calls("9999");
  EXPECT_THAT(outcomes(), ElementsAre("busy", "offline", "unknown_number"));
}

TEST_F(ScenarioTest, APhoneThatHearsNothingOfItsCallCanBeCancelled) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  siti.cancels();
  EXPECT_FALSE(budi.rings());
  EXPECT_THAT(outcomes(), ElementsAre("cancelled"));
}

TEST_F(ScenarioTest, ACallGoesOnWhereAConnectionBreaksAndComesBack) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  siti.loses_connection();
  world.pass(20s);
  EXPECT_TRUE(budi.talks());
  siti.returns();
  world.pass(1min);
  EXPECT_TRUE(budi.hears(siti));
  budi.hangs_up();
  EXPECT_FALSE(siti.talks()) << "told on the new connection";
}

TEST_F(ScenarioTest, ACallEndsWhenOnePageIsReloadedForgetsItAndIsSilent) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  world.pass(5s);
  siti.loses_connection(Phone::Memory::lost);
  siti.returns();
  world.pass(1min);
  EXPECT_FALSE(budi.talks());
}

TEST_F(ScenarioTest, CallsEndWithTheEngineAndNewOnesWaitForTheNext) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  world.kill_engine();
  EXPECT_FALSE(siti.talks() || budi.talks());
  siti.calls("1002");
  EXPECT_FALSE(budi.rings());
  world.revive_engine();
  siti.calls("1002");
  EXPECT_TRUE(budi.rings());
}

TEST_F(ScenarioTest, TheEchoIsHeardByWhoeverCallsIt) {
  Phone siti(world, "1001");
  siti.calls("*43");
  world.pass(10s);
  EXPECT_TRUE(siti.hears(siti));
}

TEST_F(ScenarioTest, DeskPhonesTalkByDigest) {
  Phone siti(world, "1001", PhoneKind::desk);
  Phone budi(world, "1002", PhoneKind::desk);
  siti.calls("1002");
  budi.answers();
  EXPECT_TRUE(siti.talks() && budi.talks());
  budi.hangs_up();
  EXPECT_FALSE(siti.talks());
}

TEST_F(ScenarioTest, NothingIsLeftBehindWhenEverybodyHasGoneHome) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.declines(603);
  siti.calls("1002");
  budi.answers();
  budi.hangs_up();
  siti.leaves();
  budi.leaves();
  world.pass(26h);
  EXPECT_THAT(names_left_behind(), IsEmpty());
}

}  // namespace
}  // namespace dering::testing
