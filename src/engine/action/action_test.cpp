// SPDX-License-Identifier: Apache-2.0
#include "engine/action/action.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "engine/testing/voice.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using codec::testing::deepest_gap;
using codec::testing::level;
using codec::testing::purity;
using codec::testing::sine;
using media::v2::ActionEnded;
using media::v2::Command;
using media::v2::Event;
using media::v2::Refused;
using testing::Conversation;
using testing::DeskPhone;
using testing::Ear;
using testing::expect_one_stream;
using testing::g722;
using testing::Mouth;
using testing::opus;
using testing::Packet;
using testing::pcma;
using testing::pcmu;
using testing::Sound;
using testing::WebPhone;

Command start_echo(std::uint64_t action, std::uint64_t port) {
  Command command;
  command.set_id(action);
  command.mutable_start()->set_action(action);
  command.mutable_start()->set_port(port);
  command.mutable_start()->mutable_echo();
  return command;
}

Command stop(std::uint64_t action) {
  Command command;
  command.mutable_stop()->set_action(action);
  return command;
}

std::vector<ActionEnded> endings(const Conversation& call) {
  std::vector<ActionEnded> found;
  for (const Event& event : call.events) {
    if (event.has_action_ended()) found.push_back(event.action_ended());
  }
  return found;
}

TEST(Echo, GivesEveryKindOfPhoneItsOwnSoundBack) {
  for (const auto& codec : {pcmu(), pcma(), g722(), opus()}) {
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    WebPhone budi(call, 12, "127.0.0.12:5000");
    siti.talks({codec});
    budi.talks({codec});
    call.command(start_echo(7, 11));
    call.command(start_echo(8, 12));
    const auto type = static_cast<std::uint8_t>(codec.payload_type());
    for (int i = 0; i < 20; ++i) {
      const Packet said = siti.next(type);
      siti.sends(said);
      const auto heard = siti.hears();
      ASSERT_EQ(heard.size(), 1U);
      EXPECT_EQ(heard[0].payload, said.payload);
      const Packet web = budi.next(type);
      budi.sends(web);
      const auto back = budi.hears();
      ASSERT_EQ(back.size(), 1U);
      EXPECT_EQ(back[0].payload, web.payload);
    }
    call.command(stop(7));
    ASSERT_EQ(endings(call).size(), 1U);
    EXPECT_EQ(endings(call)[0].why(), ActionEnded::WHY_STOPPED);
    siti.sends(siti.next(type));
    EXPECT_TRUE(siti.hears().empty());
    EXPECT_TRUE(call.take(budi.address()).empty());  // nor is it heard: budi hears itself
  }
}

TEST(Action, TheSecondTakesThePlaceOfTheFirst) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcmu()});
  call.command(start_echo(7, 11));
  call.command(start_echo(8, 11));
  ASSERT_EQ(endings(call).size(), 1U);
  EXPECT_EQ(endings(call)[0].action(), 7U);
  call.command(stop(7));
  call.command(stop(99));
  siti.sends(siti.next(0));
  EXPECT_EQ(siti.hears().size(), 1U);
  call.command(testing::close_port(11));
  ASSERT_EQ(endings(call).size(), 2U);
  EXPECT_EQ(endings(call)[1].action(), 8U);
}

TEST(Action, IsRefusedWhereItCannotBe) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcmu()});
  EXPECT_EQ(call.refusal_of(start_echo(0, 11)), Refused::WHY_MALFORMED);
  EXPECT_EQ(call.refusal_of(start_echo(7, 99)), Refused::WHY_UNKNOWN);
  Command nothing = start_echo(7, 11);
  nothing.mutable_start()->clear_echo();
  EXPECT_EQ(call.refusal_of(nothing), Refused::WHY_MALFORMED);
  Command keyless = Conversation::open_port(13);
  *keyless.mutable_open_port()->mutable_ice() =
      testing::ice_way({"ufrag13", "passwordpasswordpassword"});
  call.command(keyless);
  EXPECT_EQ(call.refusal_of(start_echo(7, 13)), Refused::WHY_MALFORMED);
}

}  // namespace
}  // namespace dering::engine
