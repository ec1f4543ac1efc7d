// SPDX-License-Identifier: Apache-2.0
//
// Where somebody's calls go, from the code they dial to the call that goes there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/phone.h"
#include "testing/world.h"

namespace dering::testing {
namespace {

using namespace std::chrono_literals;
using directory::Presence;

class Forwarding : public ::testing::Test {
 protected:
  Forwarding() { world.people(5); }
  void TearDown() override { EXPECT_THAT(world.faults(), ::testing::IsEmpty()); }
  World world;
};

TEST_F(Forwarding, ACodeFromEveryKindOfPhoneIsTakenAtOnce) {
  Phone siti(world, "1001");
  Phone budi(world, "1002", PhoneKind::desk);
  Phone ayu(world, "1003", PhoneKind::tcp_desk);
  budi.calls("*721003");
  EXPECT_EQ(world.forwarding_of("1002").always, "1003");
  world.pass(4s);
  EXPECT_FALSE(budi.talks());
  siti.calls("1002");
  EXPECT_FALSE(budi.rings());
  ASSERT_TRUE(ayu.rings());
  ayu.answers();
  world.pass(10s);
  EXPECT_TRUE(siti.hears(ayu));
  siti.hangs_up();
  budi.calls("*73");
  world.pass(4s);
  siti.calls("1002");
  EXPECT_TRUE(budi.rings());
}

TEST_F(Forwarding, BetweenPagesACallThatWasForwardedIsSealed) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  Phone ayu(world, "1003");
  world.forward("1002", {.no_answer = "1003", .ring_seconds = 5});
  siti.calls("1002");
  ASSERT_TRUE(budi.rings());
  world.pass(6s);
  EXPECT_FALSE(budi.rings());
  ASSERT_TRUE(ayu.rings());
  ayu.answers();
  world.pass(10s);
  EXPECT_TRUE(siti.hears(ayu));
  EXPECT_TRUE(ayu.hears(siti));
  siti.hangs_up();
  ASSERT_EQ(world.records().size(), 1U);
  for (const auto& stay : world.records()[0].stays) {
    if (stay.person == "1002") continue;
    EXPECT_EQ(stay.quality.media, "sealed");
  }
}

TEST_F(Forwarding, WhoIsNotToBeDisturbedLooksSoAndIsNotRung) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  budi.calls("*78");
  world.pass(4s);
  EXPECT_EQ(world.presence_of("1002"), Presence::do_not_disturb);
  siti.calls("1002");
  EXPECT_FALSE(budi.rings());
  EXPECT_EQ(siti.outcome(), "do_not_disturb");
  budi.calls("1001");
  EXPECT_EQ(world.presence_of("1002"), Presence::in_call);
  budi.cancels();
  EXPECT_EQ(world.presence_of("1002"), Presence::do_not_disturb);
  budi.calls("*79");
  world.pass(4s);
  EXPECT_EQ(world.presence_of("1002"), Presence::available);
  budi.leaves();
  world.pass(15s);
  EXPECT_EQ(world.presence_of("1002"), Presence::offline);
}

TEST_F(Forwarding, AWrongCodeChangesNothing) {
  Phone siti(world, "1001");
  for (const char* wrong : {"*72", "*721001", "*729999", "*731002", "*72*43", "*52*78"}) {
    siti.calls(wrong);
    world.pass(4s);
    EXPECT_FALSE(siti.talks()) << wrong;
  }
  EXPECT_EQ(world.forwarding_of("1001"), directory::Forwarding());
}

TEST_F(Forwarding, SomebodyWithoutAPhoneIsUnreachable) {
  Phone siti(world, "1001");
  Phone ayu(world, "1003");
  world.forward("1002", {.unreachable = "1003"});
  siti.calls("1002");
  EXPECT_TRUE(ayu.rings());
}

TEST_F(Forwarding, WhomACallWasForwardedToMayRefuseIt) {
  Phone siti(world, "1001");
  Phone ayu(world, "1003");
  world.forward("1002", {.always = "1003"});
  siti.calls("1002");
  ASSERT_TRUE(ayu.rings());
  ayu.declines();
  EXPECT_EQ(siti.outcome(), "busy");
}

TEST_F(Forwarding, LeavesNothingBehind) {
  {
    Phone siti(world, "1001");
    Phone budi(world, "1002", PhoneKind::desk);
    budi.calls("*721001");
    budi.hangs_up();
    siti.leaves();
    budi.leaves();
    world.pass(26h);
  }
  for (const TableSize& table : world.left_behind()) ADD_FAILURE() << table.name;
}

}  // namespace
}  // namespace dering::testing
