// SPDX-License-Identifier: Apache-2.0
//
// What strangers send to a call, and phones that send nonsense: docs/hostile-input.md, groups C and
// D.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/random.h"
#include "codec/g711.h"
#include "engine/link/sdes_link.h"
#include "engine/testing/voice.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using codec::Rate;
using namespace codec::testing;
using media::v2::Codec;
using media::v2::Event;
using media::v2::Keys;
using media::v2::Rtp;
using media::v2::Sdes;
using namespace testing;

enum class Kind : std::uint8_t { clear, sdes, dtls };

Keys sdes_keys(char ours, char theirs) {
  Keys keys;
  auto& sdes = *keys.mutable_sdes();
  sdes.set_suite(Sdes::SUITE_AES_CM_128_HMAC_SHA1_80);
  sdes.set_ours(std::string(keying_size(sdes.suite()), ours));
  sdes.set_theirs(std::string(keying_size(sdes.suite()), theirs));
  return keys;
}

/// Somebody who is attacked: what he says arrives from `outside`, sealed as his port wants it.
class Victim {
 public:
  Victim(Conversation& call, Kind kind, Rtp::Learn learn)
      : call_(&call),
        kind_(kind),
        desk(call, 12, "127.0.0.3:61000"),
        web(call, 12, "127.0.0.3:61000") {
    auto& way = *desk.open.mutable_open_port()->mutable_rtp();
    way.set_learn(learn);
    way.set_source("127.0.0.3");
    if (kind == Kind::sdes) *desk.open.mutable_open_port()->mutable_keys() = sdes_keys('o', 't');
  }
  void talks() { kind_ == Kind::dtls ? web.talks({pcmu()}) : desk.talks({pcmu()}); }
  Packet next() { return kind_ == Kind::dtls ? web.next(0) : desk.next(0); }
  Datagram seal(const Packet& packet) {
    if (kind_ == Kind::clear) return packet.bytes();
    if (kind_ == Kind::dtls) return web.browser.seal(packet.bytes());
    Datagram bytes = packet.bytes();
    const std::size_t size = bytes.size();
    bytes.resize(size + srtp::most_overhead);
    bytes.resize(phone_.seal(bytes, size).value().size());
    return bytes;
  }
  std::uint16_t udp_port() const { return kind_ == Kind::dtls ? 0 : desk.udp_port; }
  void arrives(Datagram bytes) { call_->datagram(std::move(bytes), outside, udp_port()); }
  /// One packet of 600 Hz.
  void says(codec::Samples samples) {
    Packet packet = next();
    for (std::size_t i = 0; i < packet.payload.size(); ++i) {
      packet.payload[i] = codec::g711::compress(codec::g711::Law::mu, samples[i]);
    }
    arrives(seal(packet));
  }
  /// A packet as the one that comes next, in clear, with another sound.
  Packet forged(codec::Samples samples) const {
    Packet packet{kind_ == Kind::dtls ? web.header : desk.header, Datagram(160)};
    ++packet.header.sequence;
    packet.header.timestamp += 160;
    for (std::size_t i = 0; i < 160; ++i) {
      packet.payload[i] = codec::g711::compress(codec::g711::Law::mu, samples[i]);
    }
    return packet;
  }

 private:
  Conversation* call_;
  Kind kind_;
  SdesLink phone_{sdes_keys('t', 'o').sdes()};

 public:
  DeskPhone desk;
  WebPhone web;
  SocketAddress outside = at("127.0.0.3:61000");
};

constexpr std::array strangers{"127.0.0.2:61000", "127.0.0.4:61000", "127.0.0.5:4000"};

void spray(Conversation& call, const Packet& packet) {
  for (const char* stranger : strangers) {
    call.datagram(packet.bytes(), at(stranger), 0);
    for (std::uint16_t port = 0; port < 16; ++port) {
      call.datagram(packet.bytes(), at(stranger),
                    static_cast<std::uint16_t>(testing::first_rtp_port + port));
    }
  }
}

struct Case {
  Kind kind;
  Rtp::Learn learn;
  bool is_decoded;
};

class EveryPort : public ::testing::TestWithParam<Case> {};

std::vector<Case> cases(bool is_decoded) {
  std::vector<Case> cases;
  for (const auto learn : {Rtp::LEARN_NEVER, Rtp::LEARN_PORT, Rtp::LEARN_ANY}) {
    cases.push_back({Kind::clear, learn, is_decoded});
    cases.push_back({Kind::sdes, learn, is_decoded});
  }
  cases.push_back({Kind::dtls, Rtp::LEARN_NEVER, is_decoded});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(ThatIsPassedOn, EveryPort, ::testing::ValuesIn(cases(false)));
INSTANTIATE_TEST_SUITE_P(ThatIsDecoded, EveryPort, ::testing::ValuesIn(cases(true)));

TEST_P(EveryPort, C1StrangersWhoSprayAllPortsInjectNoSampleAndGetNoByte) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  const Codec heard = GetParam().is_decoded ? opus() : pcmu();
  siti.talks({heard});
  Victim budi(call, GetParam().kind, GetParam().learn);
  const Sound evil = sine(Rate::narrowband, 2'000, 0, 8'000);
  const bool may_anybody_begin =
      GetParam().learn == Rtp::LEARN_ANY && GetParam().kind == Kind::clear;
  if (!may_anybody_begin) spray(call, budi.forged(evil));
  budi.talks();
  const Sound honest = sine(Rate::narrowband, 600, 10, 8'000 * 3);
  Ear ear({heard});
  for (std::size_t i = 0; (i + 1) * 160 <= honest.size(); ++i) {
    if (!may_anybody_begin || i >= Latch::packets_to_learn) spray(call, budi.forged(evil));
    if (i == 60) call.command(join(12, false, false));
    if (i == 65) call.command(join(12, true, true));
    budi.says(codec::Samples(honest).subspan(i * 160, 160));
    call.pass(20ms);
    ear.take(siti.hears());
    for (const char* stranger : strangers) EXPECT_TRUE(call.take(at(stranger)).empty());
  }
  const auto sound = codec::Samples(ear.sound);
  EXPECT_GT(ear.sound.size(), 2U * 48'000);
  EXPECT_LT(10 * std::log10(std::max(1e-9, power_at(sound, Ear::rate, 2'000)) /
                            power_at(sound, Ear::rate, 600)),
            -40);
  EXPECT_GT(purity(ear.last(500ms), Ear::rate, 600), -0.3);
  EXPECT_NEAR(level(ear.last(500ms)), -10, 1);
  expect_one_stream(ear.headers);
}

/// Packets that are of no use, one after the other all kinds of them.
Datagram nonsense(Victim& budi, SeededRandom& random, std::size_t kind) {
  Packet packet = budi.forged(Sound(160, 9'000));
  switch (kind % 6) {
    case 0:
      packet.header.payload_type = 96;
      break;
    case 1:
      packet.header.ssrc = static_cast<std::uint32_t>(random.below(0x7FFF'FFFF));
      packet.header.payload_type = 77;  // RTCP by its second byte
      break;
    case 2: {
      Datagram bytes(random.below(300));
      random.fill(bytes);
      return bytes;
    }
    case 3:
      packet.payload.clear();
      break;
    case 4: {
      Datagram bytes = packet.bytes();
      bytes[0] = 0xBF;  // all of version 2, padding, extension and fifteen sources
      return bytes;
    }
    default: {
      Datagram bytes = packet.bytes();
      bytes.resize(random.below(12));
      return bytes;
    }
  }
  return packet.bytes();
}

TEST_P(EveryPort, C2TenThousandBadPacketsASecondChangeACounterAndNothingElse) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({GetParam().is_decoded ? opus() : pcmu()});
  Victim budi(call, GetParam().kind, GetParam().learn);
  budi.talks();
  SeededRandom random(2);
  const Sound honest = sine(Rate::narrowband, 600, 10, 160);
  constexpr std::size_t seconds = 2;
  constexpr std::size_t bad_a_packet = 200;
  std::vector<rtp::Header> heard;
  for (int i = 0; i < 8; ++i) {
    budi.says(honest);
    call.pass(20ms);
  }
  for (const Packet& packet : siti.hears()) heard.push_back(packet.header);
  const std::size_t before = heard.size();
  call.events.clear();
  for (std::size_t i = 0; i < seconds * 50; ++i) {
    for (std::size_t n = 0; n < bad_a_packet; ++n) {
      // From the phone's own place, as if somebody could write its address.
      budi.arrives(nonsense(budi, random, n));
    }
    budi.says(honest);
    call.pass(20ms);
    for (const Packet& packet : siti.hears()) heard.push_back(packet.header);
  }
  EXPECT_EQ(heard.size() - before, seconds * 50);
  expect_one_stream(heard);
  EXPECT_TRUE(call.events.empty()) << call.events[0].DebugString();
  call.command(testing::close_port(12));
  const auto& closed = call.events.back().port_closed();
  EXPECT_EQ(closed.port(), 12U);
  EXPECT_GE(closed.packets_dropped() + call.patchbay.strays().malformed,
            seconds * 50 * bad_a_packet / 6 * 5);
}

// A phone that is resumed may count from anywhere, and no packet is heard again.
TEST(Hostile, C3WhatWasCapturedIsHeardOnceAcrossTheWrapAndAnotherSource) {
  for (const Kind kind : {Kind::sdes, Kind::dtls}) {
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    siti.talks({pcmu()});
    Victim budi(call, kind, Rtp::LEARN_NEVER);
    auto& header = kind == Kind::dtls ? budi.web.header : budi.desk.header;
    header.sequence = 65'500;
    budi.talks();
    std::vector<Datagram> captured;
    std::size_t heard = 0;
    const auto say = [&](int packets) {
      for (int i = 0; i < packets; ++i) {
        captured.push_back(budi.seal(budi.next()));
        budi.arrives(captured.back());
        heard += siti.hears().size();
      }
    };
    const auto replay = [&] {
      for (const Datagram& bytes : captured) budi.arrives(bytes);
      EXPECT_TRUE(siti.hears().empty());
    };
    say(100);  // over the wrap
    EXPECT_EQ(heard, 100U);
    replay();
    header.ssrc ^= 0xFFFF;
    header.sequence = 12;
    say(50);
    EXPECT_EQ(heard, 150U);
    replay();
    header.ssrc ^= 0xFFFF;  // back to the first one, which goes on
    header.sequence = 200;
    say(50);
    EXPECT_EQ(heard, 200U);
    replay();
  }
}

/// The first flight of a browser that is no phone of ours.
std::vector<Datagram> hello_of_a_stranger(Conversation& call) {
  testing::Browser browser(dtls::Role::client, call.certificate.fingerprint());
  dtls::Outbox hello;
  browser.endpoint.start(call.now, hello);
  return {hello.begin(), hello.end()};
}

TEST(Hostile, D1HellosFromElsewhereHinderNoHandshakeAndAreNotAnswered) {
  Conversation call;
  const auto hello = hello_of_a_stranger(call);
  for (std::uint64_t port = 11; port < 41; ++port) {
    const std::string address = "127.0.1." + std::to_string(port) + ":5000";
    for (const char* stranger : strangers) {
      for (Datagram bytes : hello) call.datagram(std::move(bytes), at(stranger));
      call.datagram({22, 254, 253, 0, 0}, at(stranger));
    }
    WebPhone phone(call, port, address);
    // From the phone's own place, but before ICE has proved it.
    for (Datagram bytes : hello) call.datagram(std::move(bytes), phone.address());
    EXPECT_TRUE(call.take(phone.address()).empty());
    phone.talks({pcmu()});
    EXPECT_FALSE(phone.browser.profile.empty()) << port;
    for (const char* stranger : strangers) EXPECT_TRUE(call.take(at(stranger)).empty());
    call.command(testing::close_port(port));
    call.sent.clear();
  }
}

TEST(Hostile, G3NothingIsAnsweredWithMoreThanItWas) {
  Conversation call;
  WebPhone siti(call, 11, "127.0.0.11:5000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({opus()});
  budi.talks({pcmu()});
  call.sent.clear();
  SeededRandom random(9);
  const auto hello = hello_of_a_stranger(call);
  for (const char* stranger : strangers) {
    for (std::uint16_t port = 0; port < 18; ++port) {
      const auto udp_port =
          port < 16 ? static_cast<std::uint16_t>(testing::first_rtp_port + port) : std::uint16_t{0};
      for (Datagram bytes : hello) call.datagram(std::move(bytes), at(stranger), udp_port);
      Datagram check = write(
          testing::Check{.local = {"ufrag11", "anotherpasswordanotherpw"}, .nominates = true});
      call.datagram(std::move(check), at(stranger), udp_port);
      call.datagram(siti.next(111).bytes(), at(stranger), udp_port);
      Datagram report(200);
      report.resize(rtp::write_report({.ssrc = 7}, std::nullopt, "x", report));
      call.datagram(std::move(report), at(stranger), udp_port);
      Datagram garbage(500);
      random.fill(garbage);
      call.datagram(std::move(garbage), at(stranger), udp_port);
      call.pass(1ms);
    }
  }
  // But for the word that a check of a phone's port was not signed as it should be.
  const std::size_t size_of_check =
      write(testing::Check{.local = {"ufrag11", "anotherpasswordanotherpw"}}).size();
  EXPECT_LE(call.sent.size(), strangers.size() * 18);
  for (const auto& packet : call.sent) {
    EXPECT_EQ(kind_of(packet.bytes), PacketKind::stun);
    EXPECT_LE(packet.bytes.size(), size_of_check);
  }
}

TEST(Hostile, C4AGoodbyeOfAStrangerMutesNobody) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu()});
  budi.talks({pcmu()});
  budi.sends(budi.next(0));
  siti.hears();
  for (const char* from : {"127.0.0.2:61000", "127.0.0.12:4000", "127.0.0.12:4001"}) {
    for (const std::uint16_t port :
         {budi.udp_port, static_cast<std::uint16_t>(budi.udp_port + 1)}) {
      Datagram goodbye(12);
      goodbye[0] = 0x81;
      goodbye[1] = 203;
      goodbye[3] = 1;
      const std::uint32_t ssrc = budi.header.ssrc;
      for (int i = 0; i < 4; ++i)
        goodbye[4U + static_cast<unsigned>(i)] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
      goodbye.resize(8);
      call.datagram(goodbye, at(from), port);
      budi.sends(budi.next(0));
      EXPECT_EQ(siti.hears().size(), 1U) << from;
    }
  }
}

}  // namespace
}  // namespace dering::engine
