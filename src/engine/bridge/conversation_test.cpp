// SPDX-License-Identifier: Apache-2.0
#include "engine/testing/conversation.h"

#include <gtest/gtest.h>

#include "base/testing/allocations.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Command;
using media::v2::Event;
using media::v2::Refused;
using testing::at;
using testing::Conversation;
using testing::Datagram;
using testing::DeskPhone;
using testing::join;
using testing::Packet;
using testing::pcma;
using testing::pcmu;
using testing::WebPhone;

/// Two desk phones that talk.
struct DeskCall {
  Conversation call;
  DeskPhone siti{call, 11, "127.0.0.11:4000"};
  DeskPhone budi{call, 12, "127.0.0.12:4000"};

  DeskCall() {
    siti.talks({pcmu(), pcma()});
    budi.talks({pcmu(), pcma()});
  }
};

TEST(Conversation, TwoDeskPhonesOfOneCodecHearEachOtherUnchanged) {
  DeskCall it;
  std::optional<rtp::Header> last;
  for (int i = 0; i < 50; ++i) {
    const Packet said = it.siti.next(0);
    it.siti.sends(said);
    const auto heard = it.budi.hears();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].payload, said.payload);
    const rtp::Header& header = heard[0].header;
    EXPECT_EQ(header.ssrc, 0xE000000CU);
    EXPECT_EQ(header.payload_type, 0);
    EXPECT_EQ(header.marker, i == 0);
    if (last) {
      EXPECT_EQ(header.sequence, static_cast<std::uint16_t>(last->sequence + 1));
      EXPECT_EQ(header.timestamp, last->timestamp + 160);
    }
    last = header;
    it.call.pass(20ms);
  }
  it.budi.sends(it.budi.next(8));
  EXPECT_EQ(it.siti.hears().at(0).header.payload_type, 8);
}

TEST(Conversation, ABrowserAndADeskPhoneHearEachOther) {
  Conversation call;
  WebPhone siti(call, 11, "127.0.0.11:5000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  // Each side has its own number for the same codec.
  siti.talks({testing::codec(media::v2::Codec::NAME_PCMA, 97), pcmu()});
  budi.talks({pcma(), pcmu()});
  for (int i = 0; i < 20; ++i) {
    const Packet said = siti.next(97);
    siti.sends(said);
    const auto heard = budi.hears();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].payload, said.payload);
    EXPECT_EQ(heard[0].header.payload_type, 8);
    const Packet reply = budi.next(8);
    budi.sends(reply);
    const auto back = siti.hears();
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].payload, reply.payload);
    EXPECT_EQ(back[0].header.payload_type, 97);
    call.pass(20ms);
  }
}

TEST(Conversation, NobodyHearsAnybodyBeforeTheyAreJoined) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu()});
  budi.talks({pcmu()});
  call.command(join(12, false, false));
  siti.sends(siti.next(0));
  budi.sends(budi.next(0));
  EXPECT_TRUE(call.sent.empty());
  call.command(join(12, true, false));  // hears, and is not heard
  siti.sends(siti.next(0));
  budi.sends(budi.next(0));
  EXPECT_EQ(budi.hears().size(), 1U);
  EXPECT_TRUE(siti.hears().empty());
}

TEST(Conversation, AStreamHasNoBreakWhenItsSourceChanges) {
  DeskCall it;
  DeskPhone tuti(it.call, 13, "127.0.0.13:4000");
  it.siti.sends(it.siti.next(0));
  const rtp::Header before = it.budi.hears().at(0).header;
  it.call.pass(40ms);
  it.call.command(join(11, false, false));
  tuti.header.sequence = 40'000;
  tuti.talks({pcmu()});
  tuti.sends(tuti.next(0));
  const rtp::Header after = it.budi.hears().at(0).header;
  EXPECT_EQ(after.ssrc, before.ssrc);
  EXPECT_EQ(after.sequence, static_cast<std::uint16_t>(before.sequence + 1));
  EXPECT_EQ(after.timestamp, before.timestamp + 320);
  EXPECT_TRUE(after.marker);
}

TEST(Conversation, WhatWasLostOnTheWayHereStaysAGap) {
  DeskCall it;
  it.siti.sends(it.siti.next(0));
  const rtp::Header first = it.budi.hears().at(0).header;
  it.siti.next(0);
  it.siti.sends(it.siti.next(0));
  EXPECT_EQ(it.budi.hears().at(0).header.sequence, static_cast<std::uint16_t>(first.sequence + 2));
}

// Hostile input C6.
TEST(Conversation, PayloadTypesThatWereNeverAgreedOnAreHeardByNobody) {
  DeskCall it;
  for (int type = 0; type < 128; ++type) {
    if (type >= 64 && type < 96) continue;
    it.siti.sends(it.siti.next(static_cast<std::uint8_t>(type)));
    EXPECT_EQ(it.budi.hears().size(), type == 0 || type == 8 ? 1U : 0U) << type;
  }
}

TEST(Conversation, AThirdPhoneOfABridgeIsNotHeardYet) {
  DeskCall it;
  DeskPhone tuti(it.call, 13, "127.0.0.13:4000");
  it.call.events.clear();
  tuti.talks({pcmu()});
  ASSERT_EQ(it.call.events.size(), 1U);
  EXPECT_EQ(it.call.events[0].refused().why(), Refused::WHY_LIMIT);
  tuti.sends(tuti.next(0));
  EXPECT_TRUE(it.call.sent.empty());
}

TEST(Conversation, RefusalsHaveAWordForPrograms) {
  DeskCall it;
  Command open = it.siti.open;
  EXPECT_EQ(it.call.refusal_of(open), Refused::WHY_TAKEN);
  open.mutable_open_port()->set_port(19);
  EXPECT_EQ(it.call.refusal_of(open), Refused::WHY_TAKEN);  // its RTP port
  open.mutable_open_port()->mutable_rtp()->set_local_port(30'000);
  EXPECT_EQ(it.call.refusal_of(open), Refused::WHY_MALFORMED);
  open.mutable_open_port()->mutable_rtp()->set_local_port(testing::first_rtp_port + 7);
  EXPECT_EQ(it.call.refusal_of(open), Refused::WHY_MALFORMED);
  open.mutable_open_port()->set_bridge(9);
  open.mutable_open_port()->mutable_rtp()->set_local_port(testing::first_rtp_port + 6);
  EXPECT_EQ(it.call.refusal_of(open), Refused::WHY_UNKNOWN);
  EXPECT_EQ(it.call.refusal_of(join(99, true, true)), Refused::WHY_UNKNOWN);
  it.call.command(testing::close_bridge(1));
  EXPECT_EQ(it.call.patchbay.port_count(), 0U);
  TableSizes tables;
  it.call.patchbay.list(tables);
  for (const TableSize& table : tables) {
    EXPECT_TRUE(table.name == "port timers" || table.size == 0) << table.name;
  }
}

/// A phone behind a router: its packets come from another place than its description says.
struct RoutedCall {
  Conversation call;
  DeskPhone siti{call, 11, "127.0.0.11:4000"};
  DeskPhone budi{call, 12, "10.0.0.5:4000"};
  SocketAddress outside = at("127.0.0.3:61000");

  explicit RoutedCall(media::v2::Rtp::Learn learn) {
    siti.talks({pcmu()});
    auto& way = *budi.open.mutable_open_port()->mutable_rtp();
    way.set_learn(learn);
    way.set_source("127.0.0.3");
    budi.talks({pcmu()});
  }
  void budi_sends(int packets) {
    for (int i = 0; i < packets; ++i) {
      call.datagram(budi.next(0).bytes(), outside, budi.udp_port);
    }
  }
};

TEST(Conversation, APortIsLearntFromFourPacketsOfThePlaceThatSignallingNamed) {
  RoutedCall it(media::v2::Rtp::LEARN_PORT);
  it.siti.sends(it.siti.next(0));
  EXPECT_EQ(it.budi.hears().size(), 1U);  // until then to where it was told
  it.budi_sends(3);
  EXPECT_TRUE(it.siti.hears().empty());
  it.budi_sends(1);
  EXPECT_EQ(it.siti.hears().size(), 1U);
  EXPECT_EQ(it.call.events.back().port_connected().address(), "127.0.0.3:61000");
  it.siti.sends(it.siti.next(0));
  EXPECT_EQ(it.call.take(it.outside).size(), 1U);
  EXPECT_TRUE(it.budi.hears().empty());
}

// Complaint 2: no sound after a hold, for a router had given the phone another port.
TEST(Conversation, SoundComesBackAfterAHoldInWhichTheRouterForgotThePhone) {
  RoutedCall it(media::v2::Rtp::LEARN_PORT);
  it.budi_sends(5);
  it.call.command(join(12, false, false));
  for (int i = 0; i < 60; ++i) it.call.pass(1s);
  it.call.command(join(12, true, true));
  it.outside = at("127.0.0.3:62000");
  it.siti.hears();
  it.budi_sends(20);
  EXPECT_EQ(it.siti.hears().size(), 17U);
  it.siti.sends(it.siti.next(0));
  EXPECT_EQ(it.call.take(it.outside).size(), 1U);
}

// Hostile input C1.
TEST(Conversation, ThreeStrangersGetNothingAndAreHeardByNobody) {
  for (const auto learn : {media::v2::Rtp::LEARN_NEVER, media::v2::Rtp::LEARN_PORT}) {
    RoutedCall it(learn);
    if (learn == media::v2::Rtp::LEARN_NEVER) it.outside = it.budi.address();
    const auto spray = [&] {
      for (const char* stranger : {"127.0.0.2:61000", "127.0.0.4:61000", "127.0.0.5:4000"}) {
        for (std::uint16_t udp_port = testing::first_rtp_port;
             udp_port < testing::first_rtp_port + 16; ++udp_port) {
          // With the phone's own SSRC, and the numbers that it would use next.
          Packet forged = it.budi.next(0);
          forged.payload.assign(160, 0x66);
          it.call.datagram(forged.bytes(), at(stranger), udp_port);
        }
        EXPECT_TRUE(it.call.take(at(stranger)).empty());
      }
    };
    spray();
    it.budi_sends(5);
    spray();
    it.budi_sends(5);
    it.call.command(join(12, false, false));  // hold
    spray();
    it.call.command(join(12, true, true));
    spray();
    it.budi_sends(5);
    for (const Packet& heard : it.siti.hears()) EXPECT_NE(heard.payload[0], 0x66);
    for (int i = 0; i < 5; ++i) it.siti.sends(it.siti.next(0));
    EXPECT_EQ(it.call.take(it.outside).size(), 5U);
  }
}

TEST(Conversation, CarryingAPacketTakesNoMemory) {
  Conversation call;
  WebPhone siti(call, 11, "127.0.0.11:5000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu()});
  budi.talks({pcmu()});
  std::vector<Datagram> packets;
  for (int i = 0; i < 500; ++i) packets.push_back(siti.browser.seal(siti.next(0).bytes()));
  Datagram reply = budi.next(0).bytes();
  const ice::Path there{siti.address(), *SocketAddress::from_text("127.0.0.1", 0)};
  const ice::Path here{budi.address(), *SocketAddress::from_text("127.0.0.1", budi.udp_port)};
  const auto carry = [&](Datagram& packet, const ice::Path& path) {
    call.patchbay.on_datagram(packet, path, call.now, call.out);
    EXPECT_EQ(call.out.packets().size(), 1U);
    call.out.clear_packets();
  };
  carry(packets[0], there);
  carry(reply, here);
  call.out.events.clear();
  const auto before = dering::testing::allocations();
  for (std::size_t i = 1; i < packets.size(); ++i) {
    carry(packets[i], there);
    ++reply[3];
    carry(reply, here);
  }
  EXPECT_EQ(dering::testing::allocations(), before);
}

}  // namespace
}  // namespace dering::engine
