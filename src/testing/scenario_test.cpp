// SPDX-License-Identifier: Apache-2.0
//
// What people do with two and three phones, told in the scenario language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "testing/phone.h"
#include "testing/world.h"

namespace dering::testing {
namespace {

using namespace std::chrono_literals;
using directory::Presence;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// It takes the switchboard 30 s to see that a connection is broken.
class SlowNotice : public World {
  Duration notices_after() override { return 30s; }
};

/// The media engine has room for one port less than it is asked for: the second.
class CrampedEngine : public World {
  std::optional<std::uint64_t> refuses(const media::v2::Command& command) override {
    if (!command.has_open_port() || ++ports_ != 2) return std::nullopt;
    return command.id();
  }
  int ports_ = 0;
};

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

TEST_F(ScenarioTest, APhoneForWhichTheEngineHasNoRoomIsNamedSoWhoeverAnswers) {
  CrampedEngine cramped;
  cramped.people(2);
  Phone siti(cramped, "1001");
  Phone laptop(cramped, "1002");
  Phone tablet(cramped, "1002");
  laptop.breaks_before("CANCEL ");  // its INVITE does not end before the call does
  siti.calls("1002");
  ASSERT_TRUE(tablet.rings());
  tablet.answers();
  siti.hangs_up();
  ASSERT_EQ(cramped.records().size(), 1u);
  std::vector<std::string> words;
  for (const auto& stay : cramped.records()[0].stays) words.push_back(stay.outcome);
  EXPECT_THAT(words, ElementsAre("answered", "media_unavailable", "answered"));
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

// ---- A connection breaks just before a message would arrive, and the phone is back soon
// ----------

TEST_F(ScenarioTest, AByeThatItsConnectionTookEndsTheCallOnTheNext) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  budi.breaks_before("BYE ");
  siti.hangs_up();
  ASSERT_TRUE(budi.talks() && !budi.is_connected());
  world.pass(12s);  // its binding has ended
  budi.returns();
  EXPECT_FALSE(budi.talks());
  EXPECT_EQ(world.counts().legs, 0u);
}

TEST_F(ScenarioTest, APageThatComesBackAMomentAfterItsCallWasGivenUpIsToldSo) {
  for (const auto away : {29s, 31s, 45s, 59s}) {
    Phone siti(world, "1001");
    Phone budi(world, "1002");
    siti.calls("1002");
    budi.answers();
    budi.loses_connection();
    world.pass(away);
    EXPECT_EQ(siti.talks(), away < 30s);
    if (siti.talks()) siti.hangs_up();
    ASSERT_TRUE(budi.talks());
    budi.returns();
    EXPECT_FALSE(budi.talks()) << away.count() << " s away";
    EXPECT_EQ(world.counts().legs, 0u);
    siti.leaves();
    budi.leaves();
  }
}

TEST_F(ScenarioTest, APageThatComesBackLaterHasEndedItsCallByItself) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  budi.loses_connection();
  world.pass(61s);
  EXPECT_EQ(world.counts().calls, 0u) << "nobody waits for it any more";
  world.pass(1min);
  EXPECT_FALSE(budi.talks());
}

TEST_F(ScenarioTest, ACancelThatItsConnectionTookEndsTheRingingOnTheNext) {
  for (const auto away : {0s, 5s, 12s, 25s}) {
    Phone siti(world, "1001", PhoneKind::desk);
    Phone budi(world, "1002", PhoneKind::tcp_desk);
    siti.calls("1002");
    ASSERT_TRUE(budi.rings());
    budi.breaks_before("CANCEL ");
    siti.cancels();
    ASSERT_TRUE(budi.rings() && !budi.is_connected());
    world.pass(away);
    budi.returns();
    EXPECT_FALSE(budi.rings()) << away.count() << " s away";
    EXPECT_EQ(outcomes().back(), "cancelled");
    budi.leaves();
  }
}

TEST_F(ScenarioTest, WhoAnswersWhileTheConnectionIsBrokenTalksToNobodyForNoLongerThanThat) {
  Phone siti(world, "1001", PhoneKind::desk);
  Phone budi(world, "1002", PhoneKind::tcp_desk);
  siti.calls("1002");
  budi.loses_connection();
  budi.answers();
  ASSERT_TRUE(budi.talks());
  EXPECT_FALSE(siti.talks());
  world.pass(3s);
  budi.returns();
  EXPECT_FALSE(budi.talks()) << "its answer is dismissed";
}

TEST_F(ScenarioTest, AnAckThatItsConnectionTookIsSaidOnTheNextAndTheCallGoesOn) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.breaks_before("ACK ");
  budi.answers();
  ASSERT_TRUE(budi.talks() && !budi.is_connected());
  world.pass(5s);
  budi.returns();
  world.pass(1min);  // without the ACK it would have hung up
  EXPECT_TRUE(budi.hears(siti) && siti.hears(budi));
}

TEST_F(ScenarioTest, A200ThatItsConnectionTookLeavesNobodyTalkingAlone) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  siti.breaks_before("SIP/2.0 200");
  budi.answers();
  ASSERT_TRUE(budi.talks() && !siti.is_connected());
  world.pass(5s);
  siti.returns();
  EXPECT_FALSE(budi.talks()) << "a browser gives up its call with its connection";
  EXPECT_EQ(world.counts().legs, 0u);
}

TEST_F(ScenarioTest, ARefusalThatItsConnectionTookLeavesNobodyRinging) {
  Phone budi(world, "1002", PhoneKind::desk);
  for (const int status : {486, 480}) {
    Phone siti(world, "1001", PhoneKind::tcp_desk);
    siti.calls("1002");
    siti.breaks_before("SIP/2.0 " + std::to_string(status));
    budi.declines(status);
    ASSERT_FALSE(siti.is_connected());
    world.pass(5s);
    siti.returns();
    world.pass(40s);
    EXPECT_EQ(siti.call_count() + budi.call_count(), 0u);
    siti.leaves();
  }
}

TEST_F(ScenarioTest, AReinviteThatItsConnectionTookIsAskedAnewOnTheNext) {
  Phone siti(world, "1001", PhoneKind::desk);
  Phone budi(world, "1002", PhoneKind::tcp_desk);
  siti.calls("1002");
  budi.answers();
  budi.breaks_before("UPDATE ");
  world.pass(15min);  // the session is refreshed
  ASSERT_TRUE(budi.talks() && !budi.is_connected());
  world.pass(5s);
  budi.returns();
  world.pass(1min);
  EXPECT_TRUE(siti.talks() && budi.talks());
  budi.hangs_up();
  EXPECT_FALSE(siti.talks());
}

/// The answer to a hold is lost, and its phone takes it for never said (RFC 3261 §8.1.3.1, §14.1).
TEST_F(ScenarioTest, WhatPhoneAndSwitchboardTakeForHeldIsTheSameAfterALostAnswer) {
  for (const PhoneKind kind : {PhoneKind::browser, PhoneKind::desk}) {
    Phone siti(world, "1001");
    Phone budi(world, "1002", kind);
    siti.calls("1002");
    budi.answers();
    siti.breaks_before("SIP/2.0 200");
    siti.holds();
    ASSERT_TRUE(siti.talks() && !siti.is_connected());
    siti.resumes();
    world.pass(10s);
    siti.returns();
    world.pass(1min);
    EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
    siti.hangs_up();
    siti.leaves();
    budi.leaves();
    world.pass(2min);
  }
}

TEST_F(ScenarioTest, WhatPhoneAndEchoTakeForHeldIsTheSameAfterALostAnswer) {
  Phone siti(world, "1001");
  siti.calls("*43");
  siti.breaks_before("SIP/2.0 200");
  siti.holds();
  siti.resumes();
  world.pass(10s);
  siti.returns();
  world.pass(1min);
  EXPECT_TRUE(siti.hears(siti));
}

/// S37
TEST_F(ScenarioTest, WhoIsAskedWhatItHasIsToldAgainThatItIsHeld) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  budi.holds();
  world.pass(5s);
  ASSERT_TRUE(siti.is_held());
  siti.breaks_before("SIP/2.0 200");
  siti.holds();
  siti.resumes();
  siti.returns();
  world.pass(5s);
  EXPECT_TRUE(siti.is_held());
  budi.resumes();
  world.pass(1min);
  EXPECT_FALSE(siti.is_held());
  EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
}

/// JsSIP hangs up 32 s after an answer that nobody acknowledged (docs/jssip.md, S21).
TEST_F(ScenarioTest, WhoseAnswerToAHoldWasLostIsAskedAnewAndHearsOnAfterwards) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  budi.breaks_after("INVITE ");
  siti.holds();
  world.pass(1s);
  ASSERT_TRUE(budi.talks() && !budi.is_connected());
  siti.resumes();
  world.pass(5s);
  budi.returns();
  world.pass(1min);
  EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
}

TEST_F(ScenarioTest, APhoneThatIsBackBeforeItsOldConnectionIsSeenToBeBrokenIsToldThere) {
  SlowNotice slow;
  slow.people(2);
  Phone siti(slow, "1001");
  Phone budi(slow, "1002");
  siti.calls("1002");
  budi.answers();
  budi.breaks_before("BYE ");
  siti.hangs_up();
  ASSERT_TRUE(budi.talks());
  budi.returns();
  EXPECT_FALSE(budi.talks()) << "at once, not when the old connection ends";
  slow.pass(1min);
  EXPECT_THAT(slow.faults(), IsEmpty());
  EXPECT_EQ(slow.counts().legs, 0u);
}

/// A phone that was signed out talks on where the settings let it, and its binding is gone.
TEST_F(ScenarioTest, APhoneThatWasSignedOutLongAgoIsToldOnItsNextConnectionThatItsCallHasEnded) {
  SlowNotice slow;
  slow.people(2);
  Phone siti(slow, "1001");
  Phone budi(slow, "1002");
  siti.calls("1002");
  budi.answers();
  slow.sign_out({.issuer = {}, .subject = "s1002", .sid = budi.session(), .issued_at = {}});
  slow.pass(90s);
  ASSERT_TRUE(budi.talks() && budi.is_connected());
  ASSERT_EQ(slow.counts().flows_dismissed, 1u);
  budi.breaks_before("BYE ");
  siti.hangs_up();
  ASSERT_TRUE(budi.talks() && !budi.is_connected());
  budi.returns();
  EXPECT_FALSE(budi.talks()) << "at once, not when the old connection ends";
  slow.pass(1min);
  EXPECT_THAT(slow.faults(), IsEmpty());
  EXPECT_EQ(slow.counts().legs, 0u);
}

TEST_F(ScenarioTest, WhatLostConnectionsLeaveIsForgottenWithThem) {
  Phone siti(world, "1001", PhoneKind::tcp_desk);
  Phone budi(world, "1002", PhoneKind::tcp_desk);
  for (const char* what : {"CANCEL ", "BYE ", "ACK "}) {
    siti.calls("1002");
    budi.breaks_before(what);
    if (what[0] == 'C') siti.cancels();
    budi.answers();
    siti.hangs_up();
    world.pass(50s);
    budi.returns();
    world.pass(2min);
  }
  siti.leaves();
  budi.leaves();
  world.pass(26h);
  EXPECT_THAT(names_left_behind(), IsEmpty());
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

TEST_F(ScenarioTest, CallsWaitForTheNextEngineForAWhileAndNewOnesDoNotBeginWithoutOne) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  siti.calls("1002");
  budi.answers();
  world.kill_engine();
  EXPECT_TRUE(siti.talks() && budi.talks());
  world.pass(11s);
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

TEST_F(ScenarioTest, IP11_TheEchoIsHeardOnADeskPhoneToo) {
  Phone siti(world, "1001", PhoneKind::desk);
  siti.calls("*43");
  world.pass(10s);
  EXPECT_TRUE(siti.hears(siti));
}

TEST_F(ScenarioTest, EachPhoneReachesEachOtherAndBothAreHeard) {
  const std::array kinds{PhoneKind::browser, PhoneKind::desk, PhoneKind::tcp_desk};
  for (const PhoneKind one : kinds) {
    for (const PhoneKind other : kinds) {
      Phone siti(world, "1001", one);
      Phone budi(world, "1002", other);
      siti.calls("1002");
      budi.answers();
      world.pass(1min);
      EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
      siti.hangs_up();
      EXPECT_FALSE(budi.talks());
      siti.leaves();
      budi.leaves();
      world.pass(10min);
    }
  }
}

TEST_F(ScenarioTest, AllPhonesOfAPersonRingAndTheOneThatAnswersIsTalkedTo) {
  Phone siti(world, "1001");
  Phone page(world, "1002");
  Phone desk(world, "1002", PhoneKind::desk);
  Phone mobile(world, "1002", PhoneKind::tcp_desk);
  siti.calls("1002");
  EXPECT_TRUE(page.rings() && desk.rings() && mobile.rings());
  mobile.answers();
  EXPECT_FALSE(page.rings() || desk.rings());
  world.pass(10s);
  EXPECT_TRUE(siti.hears(mobile) && mobile.hears(siti));
}

// Complaint 4.
TEST_F(ScenarioTest, WhoIsHeldHearsNobodyAndHearsThemAgainAfterwards) {
  const std::array kinds{PhoneKind::browser, PhoneKind::desk};
  for (const PhoneKind one : kinds) {
    for (const PhoneKind other : kinds) {
      Phone siti(world, "1001", one);
      Phone budi(world, "1002", other);
      siti.calls("1002");
      budi.answers();
      for (Phone* holder : {&siti, &budi, &siti}) {
        world.pass(30s);
        EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
        holder->holds();
        world.pass(10min);
        EXPECT_TRUE(siti.talks() && budi.talks()) << "a held phone is not lost";
        if (one == PhoneKind::desk || other == PhoneKind::desk) {
          EXPECT_FALSE(siti.hears(budi) || budi.hears(siti));
        }
        holder->resumes();
      }
      world.pass(30s);
      EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
      siti.hangs_up();
      siti.leaves();
      budi.leaves();
      world.pass(10min);
    }
  }
}

/// A browser asks the engine for consent when it has answered, not while it rings.
TEST_F(ScenarioTest, WhoLetsItRingForLongAndFindsNoEngineThenTalksWhenItIsBack) {
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  Phone rara(world, "1003");
  budi.calls("1003");
  rara.answers();
  world.pass(1s);
  siti.calls("1002");
  world.pass(33s);
  budi.answers();
  world.kill_engine();  // before a phone that talks already asks for the second call as well
  world.pass(8s);
  world.revive_engine();
  world.pass(2min);
  EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
}

/// The page names its own codecs first in its answers; what the desk phone takes goes on without
/// anything being decoded.
TEST_F(ScenarioTest, ADeskPhoneAndAPageHearEachOtherAfterTheEngineDied) {
  for (const bool page_calls : {false, true}) {
    Phone page(world, "1001");
    Phone desk(world, "1002", PhoneKind::desk);
    (page_calls ? page : desk).calls(page_calls ? "1002" : "1001");
    (page_calls ? desk : page).answers();
    world.pass(20s);
    world.kill_engine();
    world.pass(8s);
    world.revive_engine();
    world.pass(1min);
    EXPECT_TRUE(page.hears(desk) && desk.hears(page)) << page_calls;
    page.hangs_up();
    page.leaves();
    desk.leaves();
    world.pass(10min);
  }
}

// Both hold, and let go in either order.
TEST_F(ScenarioTest, WhereBothHoldSoundComesBackWhenBothHaveLetGo) {
  for (const PhoneKind other : {PhoneKind::browser, PhoneKind::desk}) {
    Phone siti(world, "1001");
    Phone budi(world, "1002", other);
    siti.calls("1002");
    budi.answers();
    for (int order = 0; order < 2; ++order) {
      siti.holds();
      budi.holds();
      world.pass(1min);
      (order == 0 ? siti : budi).resumes();
      world.pass(1min);
      (order == 0 ? budi : siti).resumes();
      world.pass(1min);
      EXPECT_TRUE(siti.hears(budi) && budi.hears(siti));
    }
    siti.hangs_up();
    siti.leaves();
    budi.leaves();
    world.pass(10min);
  }
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
