// SPDX-License-Identifier: Apache-2.0
#include "engine/action/action.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/testing/allocations.h"
#include "engine/testing/voice.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using namespace codec::testing;
using media::v2::ActionEnded;
using media::v2::Command;
using media::v2::Event;
using media::v2::Refused;
using namespace testing;

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

Command start_music(std::uint64_t action, std::uint64_t port) {
  Command command = start_echo(action, port);
  command.mutable_start()->mutable_play()->add_sounds("music");
  command.mutable_start()->mutable_play()->set_loop(true);
  return command;
}

Command start_tone(std::uint64_t action, std::uint64_t port, media::v2::Tone::Name name) {
  Command command = start_echo(action, port);
  command.mutable_start()->mutable_tone()->set_name(name);
  command.mutable_start()->mutable_tone()->set_country("id");
  return command;
}

/// Music in whole turns has the level of the whole.
constexpr auto a_turn = 24s;

TEST(Player, MusicHasItsLevelInEveryCodecAndNoGap) {
  for (const auto& codec : {pcmu(), pcma(), g722(), opus()}) {
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    siti.talks({codec});
    call.command(start_music(7, 11));
    Ear ear({codec});
    for (Duration time{}; time < a_turn + 1s; time += 20ms) {
      call.pass(20ms);
      ear.take(siti.hears());
    }
    EXPECT_NEAR(level(ear.last(a_turn)) - 3.01, -24, 1) << codec.name();
    EXPECT_EQ(ear.headers.size(), 1250U);
    expect_one_stream(ear.headers);
    EXPECT_EQ(ear.headers[1].timestamp - ear.headers[0].timestamp, codec.clock_rate() / 50);
  }
}

// Complaint 4: music on hold must outlive what a re-INVITE brings.
TEST(Player, MusicOutlivesAnotherCodecAndGivesWayToTheOtherPhoneAgain) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu(), opus()});
  budi.talks({pcmu()});
  Ear ear({pcmu(), pcma(), opus()});
  const auto listen = [&](Duration time) {
    for (Duration passed{}; passed < time; passed += 20ms) {
      budi.sends(budi.next(0));
      call.pass(20ms);
      ear.take(siti.hears());
    }
  };
  listen(1s);
  call.command(start_music(7, 11));
  listen(5s);
  for (const auto& codec : {opus(), pcma(), pcmu()}) {
    Command update;
    update.mutable_update_port()->set_port(11);
    *update.mutable_update_port()->mutable_stream() = testing::stream(0xE000000BU, {codec});
    call.command(update);
    const std::size_t before = ear.headers.size();
    listen(5s);
    EXPECT_EQ(ear.headers.size() - before, 250U);
    EXPECT_EQ(ear.headers.back().payload_type, codec.payload_type());
    EXPECT_GT(level(ear.last(4s)), -30) << codec.name();
  }
  call.command(stop(7));
  const std::size_t before = ear.headers.size();
  listen(200ms);
  EXPECT_EQ(ear.headers.size() - before, 10U);
  expect_one_stream(ear.headers);
}

TEST(Player, WhoIsHeldHearsNothingOfTheOthersAndNobodyHearsTheMusicButHe) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu()});
  budi.talks({pcmu()});
  call.command(start_music(7, 11));
  call.command(testing::join(11, false, false));
  for (int i = 0; i < 100; ++i) {
    budi.sends(budi.next(0));
    siti.sends(siti.next(0));
    call.pass(20ms);
    for (const Packet& packet : siti.hears())
      EXPECT_NE(packet.payload, Packet(budi.next(0)).payload);
    EXPECT_TRUE(budi.hears().empty());
  }
}

TEST(Player, ATonePlaysUntilItIsStopped) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcma()});
  call.command(start_tone(7, 11, media::v2::Tone::NAME_DIAL));
  Ear ear({pcma()});
  for (int i = 0; i < 100; ++i) {
    call.pass(20ms);
    ear.take(siti.hears());
  }
  EXPECT_NEAR(level(ear.last(1s)), -16, 1);
  EXPECT_GT(purity(ear.last(1s), Ear::rate, 425), -0.2);
  call.command(stop(7));
  for (int i = 0; i < 10; ++i) call.pass(20ms);
  EXPECT_TRUE(siti.hears().empty());
}

TEST(Player, WhatIsPlayedOnceEndsByItself) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcmu()});
  Command once = start_music(7, 11);
  once.mutable_start()->mutable_play()->set_loop(false);
  call.command(once);
  for (Duration time{}; time < a_turn - 100ms; time += 20ms) call.pass(20ms);
  EXPECT_TRUE(endings(call).empty());
  for (Duration time{}; time < 200ms; time += 20ms) call.pass(20ms);
  ASSERT_EQ(endings(call).size(), 1U);
  EXPECT_EQ(endings(call)[0].why(), ActionEnded::WHY_DONE);
}

TEST(Player, MusicTonesAndKeysTakeNoMemoryForAFrame) {
  for (const auto& codec : {pcmu(), g722(), opus()}) {
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    siti.talks({codec});
    for (const Command& start :
         {start_music(7, 11), start_tone(8, 11, media::v2::Tone::NAME_BUSY)}) {
      call.command(start);
      call.pass(20ms);
      std::uint64_t most = 0;
      for (int i = 0; i < 300; ++i) {
        // Listening for keys in what the phone says, too.
        Datagram said = siti.next(static_cast<std::uint8_t>(codec.payload_type())).bytes();
        const ice::Path path{siti.address(), *SocketAddress::from_text("127.0.0.1", siti.udp_port)};
        const auto before = dering::testing::allocations();
        call.patchbay.on_datagram(said, path, call.now, call.out);
        call.now += 20ms;
        call.patchbay.on_time(call.now, call.out);
        const auto taken = dering::testing::allocations() - before;
        if (call.out.events.empty()) most = std::max(most, taken);
        call.out.clear_packets();
        call.out.events.clear();
      }
      EXPECT_EQ(most, 0U) << codec.name();
    }
  }
}

TEST(Player, WhatIsUnknownIsRefused) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcmu()});
  Command unknown = start_music(7, 11);
  unknown.mutable_start()->mutable_play()->set_sounds(0, "../../etc/passwd");
  EXPECT_EQ(call.refusal_of(unknown), Refused::WHY_UNKNOWN);
  EXPECT_EQ(call.refusal_of(start_tone(7, 11, media::v2::Tone::NAME_UNSPECIFIED)),
            Refused::WHY_UNKNOWN);
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
