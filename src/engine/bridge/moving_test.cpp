// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/testing/conversation.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Command;
using media::v2::Refused;
using testing::Conversation;
using testing::DeskPhone;
using testing::join;
using testing::move_port;
using testing::open_bridge;
using testing::pcmu;
using testing::WebPhone;

/// Budi talks with Siti on bridge 1, and Tuti waits alone on bridge 2.
struct TwoCalls {
  Conversation call;
  WebPhone budi{call, 11, "127.0.0.11:5000"};
  DeskPhone siti{call, 12, "127.0.0.12:4000"};
  DeskPhone tuti{call, 13, "127.0.0.13:4000"};

  TwoCalls() {
    call.command(open_bridge(2));
    tuti.open.mutable_open_port()->set_bridge(2);
    budi.talks({pcmu()});
    siti.talks({pcmu()});
    tuti.talks({pcmu()});
  }
};

TEST(MovingPorts, APhoneThatMovesHearsThoseOfItsNewBridgeAndNoOther) {
  TwoCalls it;
  it.siti.sends(it.siti.next(0));
  const rtp::Header before = it.budi.hears().at(0).header;
  it.call.command(move_port(11, 2));
  // Nobody hears it, and it hears nobody, until it takes part.
  it.siti.sends(it.siti.next(0));
  it.tuti.sends(it.tuti.next(0));
  it.budi.sends(it.budi.next(0));
  EXPECT_TRUE(it.call.sent.empty());

  it.call.pass(20ms);
  it.call.command(join(11, true, true));
  it.siti.sends(it.siti.next(0));
  EXPECT_TRUE(it.budi.hears().empty());
  it.tuti.sends(it.tuti.next(0));
  const auto heard = it.budi.hears();
  ASSERT_EQ(heard.size(), 1U);
  // One stream, whoever is heard: same keys, same numbers.
  EXPECT_EQ(heard[0].header.ssrc, before.ssrc);
  EXPECT_EQ(heard[0].header.sequence, static_cast<std::uint16_t>(before.sequence + 1));
  it.budi.sends(it.budi.next(0));
  EXPECT_EQ(it.tuti.hears().size(), 1U);
  EXPECT_TRUE(it.siti.hears().empty());
}

TEST(MovingPorts, WhatIsPlayedGoesOn) {
  TwoCalls it;
  Command music;
  music.mutable_start()->set_action(5);
  music.mutable_start()->set_port(12);
  music.mutable_start()->mutable_play()->add_sounds("music");
  music.mutable_start()->mutable_play()->set_loop(true);
  it.call.command(music);
  it.call.pass(20ms);
  it.siti.hears();
  it.call.command(move_port(12, 2));
  for (int i = 0; i < 5; ++i) it.call.pass(20ms);
  EXPECT_EQ(it.siti.hears().size(), 5U);
}

TEST(MovingPorts, TheBridgeItCameFromCanBeClosedWithoutIt) {
  TwoCalls it;
  it.call.command(move_port(11, 2));
  Command close;
  close.mutable_close_bridge()->set_bridge(1);
  it.call.command(close);
  it.call.command(join(11, true, true));
  it.tuti.sends(it.tuti.next(0));
  EXPECT_EQ(it.budi.hears().size(), 1U);
  close.mutable_close_bridge()->set_bridge(2);
  it.call.command(close);
  EXPECT_EQ(it.call.patchbay.port_count(), 0U);
}

TEST(MovingPorts, AMoveThatCannotBeIsRefusedAndChangesNothing) {
  TwoCalls it;
  EXPECT_EQ(it.call.refusal_of(move_port(11, 99)), Refused::WHY_UNKNOWN);
  EXPECT_EQ(it.call.refusal_of(move_port(11, 0)), Refused::WHY_MALFORMED);
  // It may have been closed meanwhile, and may be there already.
  EXPECT_EQ(it.call.refusal_of(move_port(77, 2)), Refused::WHY_UNSPECIFIED);
  EXPECT_EQ(it.call.refusal_of(move_port(11, 1)), Refused::WHY_UNSPECIFIED);
  it.siti.sends(it.siti.next(0));
  EXPECT_EQ(it.budi.hears().size(), 1U);
}

TEST(MovingPorts, ABridgeTakesNoMoreThanItsPorts) {
  Conversation call;
  call.command(open_bridge(2));
  for (std::uint64_t port = 100; port < 164; ++port) {
    Command open = Conversation::open_port(port);
    open.mutable_open_port()->set_bridge(2);
    *open.mutable_open_port()->mutable_ice() =
        testing::ice_way({"ufrag" + std::to_string(port), "passwordpasswordpassword"});
    call.command(open);
  }
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcmu()});
  EXPECT_EQ(call.refusal_of(move_port(11, 2)), Refused::WHY_LIMIT);
}

}  // namespace
}  // namespace dering::engine
