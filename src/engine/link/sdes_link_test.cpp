// SPDX-License-Identifier: Apache-2.0
#include "engine/link/sdes_link.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/testing/conversation.h"

namespace dering::engine {
namespace {

using media::v2::Keys;
using media::v2::Refused;
using media::v2::Sdes;
using testing::Conversation;
using testing::Datagram;
using testing::DeskPhone;
using testing::Packet;
using testing::pcmu;

constexpr Sdes::Suite suites[] = {Sdes::SUITE_AES_CM_128_HMAC_SHA1_80, Sdes::SUITE_AEAD_AES_128_GCM,
                                  Sdes::SUITE_AEAD_AES_256_GCM};

Keys sdes(Sdes::Suite suite, char ours = 'o', char theirs = 't') {
  Keys keys;
  keys.mutable_sdes()->set_suite(suite);
  keys.mutable_sdes()->set_ours(std::string(keying_size(suite), ours));
  keys.mutable_sdes()->set_theirs(std::string(keying_size(suite), theirs));
  return keys;
}

/// The phone's end of the same keys.
Keys turned(const Keys& keys) {
  Keys other = keys;
  other.mutable_sdes()->set_ours(keys.sdes().theirs());
  other.mutable_sdes()->set_theirs(keys.sdes().ours());
  return other;
}

/// A phone with SDES beside one in clear.
struct Call {
  Conversation call;
  DeskPhone siti{call, 11, "127.0.0.11:4000"};
  DeskPhone budi{call, 12, "127.0.0.12:4000"};
  SdesLink phone;

  explicit Call(Sdes::Suite suite) : phone(turned(sdes(suite)).sdes()) {
    *siti.open.mutable_open_port()->mutable_keys() = sdes(suite);
    siti.talks({pcmu()});
    budi.talks({pcmu()});
  }
  Datagram seal(const Packet& packet) {
    Datagram bytes = packet.bytes();
    const std::size_t size = bytes.size();
    bytes.resize(size + srtp::most_overhead);
    bytes.resize(phone.seal(bytes, size).value().size());
    return bytes;
  }
};

TEST(SdesLink, APhoneWithKeysAndOneWithoutHearEachOther) {
  for (const Sdes::Suite suite : suites) {
    Call it(suite);
    for (int i = 0; i < 5; ++i) {
      const Packet said = it.siti.next(0);
      it.call.datagram(it.seal(said), it.siti.address(), it.siti.udp_port);
      const auto heard = it.budi.hears();
      ASSERT_EQ(heard.size(), 1U);
      EXPECT_EQ(heard[0].payload, said.payload);
      const Packet reply = it.budi.next(0);
      it.budi.sends(reply);
      Datagram sealed = it.call.take(it.siti.address()).at(0);
      EXPECT_NE(testing::read(sealed).payload, reply.payload);
      const auto plain = it.phone.open(sealed);
      ASSERT_TRUE(plain);
      EXPECT_TRUE(std::ranges::equal(plain->subspan(12), reply.payload));
    }
  }
}

// Hostile input C5.
TEST(SdesLink, AWrongKeyIsHeardByNobody) {
  for (const Sdes::Suite suite : suites) {
    Call it(suite);
    SdesLink stranger(sdes(suite, 'x', 'y').sdes());
    for (int i = 0; i < 10; ++i) {
      Datagram bytes = it.siti.next(0).bytes();
      const std::size_t size = bytes.size();
      bytes.resize(size + srtp::most_overhead);
      bytes.resize(stranger.seal(bytes, size).value().size());
      it.call.datagram(bytes, it.siti.address(), it.siti.udp_port);
      it.siti.sends(it.siti.next(0));  // in clear
    }
    EXPECT_TRUE(it.budi.hears().empty());
  }
}

// Hostile input C5.
TEST(SdesLink, KeysOfAnotherSizeAreRefused) {
  for (const Sdes::Suite suite : suites) {
    for (const std::size_t size :
         {std::size_t{0}, keying_size(suite) - 1, keying_size(suite) + 1, std::size_t{500}}) {
      Conversation call;
      DeskPhone siti(call, 11, "127.0.0.11:4000");
      Keys keys = sdes(suite);
      keys.mutable_sdes()->set_theirs(std::string(size, 't'));
      *siti.open.mutable_open_port()->mutable_keys() = keys;
      EXPECT_EQ(call.refusal_of(siti.open), Refused::WHY_MALFORMED);
      EXPECT_EQ(call.patchbay.port_count(), 0U);
    }
  }
}

// Hostile input C3.
TEST(SdesLink, WhatWasHeardOnceIsNotHeardAgain) {
  for (const Sdes::Suite suite : suites) {
    Call it(suite);
    std::vector<Datagram> captured;
    for (int i = 0; i < 20; ++i) {
      captured.push_back(it.seal(it.siti.next(0)));
      it.call.datagram(captured.back(), it.siti.address(), it.siti.udp_port);
    }
    EXPECT_EQ(it.budi.hears().size(), 20U);
    media::v2::Command update;
    update.mutable_update_port()->set_port(11);
    *update.mutable_update_port()->mutable_keys() = sdes(suite);
    it.call.command(update);  // the same keys again, as after a hold
    for (const Datagram& bytes : captured) {
      it.call.datagram(bytes, it.siti.address(), it.siti.udp_port);
    }
    EXPECT_TRUE(it.budi.hears().empty());
  }
}

TEST(SdesLink, AnotherKeyOfThePhoneLeavesOursWhereItWas) {
  Call it(Sdes::SUITE_AEAD_AES_128_GCM);
  it.budi.sends(it.budi.next(0));
  Datagram first = it.call.take(it.siti.address()).at(0);
  EXPECT_TRUE(it.phone.open(first));
  media::v2::Command update;
  update.mutable_update_port()->set_port(11);
  *update.mutable_update_port()->mutable_keys() = sdes(Sdes::SUITE_AEAD_AES_128_GCM, 'o', 'n');
  it.call.command(update);
  it.budi.sends(it.budi.next(0));
  Datagram second = it.call.take(it.siti.address()).at(0);
  EXPECT_TRUE(it.phone.open(second));
}

// Hostile input C1: what signs its packets is learnt from them alone.
// A re-offer names the keys that there are: neither direction may begin anew, or a key stream would
// come twice, and what was heard could be heard again.
TEST(SdesLink, TheSameKeysOfferedAgainKeepBothCounts) {
  for (const auto suite : suites) {
    Call it(suite);
    it.siti.header.sequence = 65'500;
    std::vector<Datagram> captured;
    std::size_t heard_by_siti = 0;
    for (int i = 0; i < 300; ++i) {
      captured.push_back(it.seal(it.siti.next(0)));
      it.call.datagram(captured.back(), it.siti.address(), it.siti.udp_port);
      EXPECT_EQ(it.budi.hears().size(), 1U) << i;
      it.budi.sends(it.budi.next(0));
      for (Datagram bytes : it.call.take(it.siti.address())) {
        if (it.phone.open(bytes)) ++heard_by_siti;
      }
      if (i % 50 != 49) continue;
      media::v2::Command update;
      update.mutable_update_port()->set_port(11);
      *update.mutable_update_port()->mutable_keys() = sdes(suite);
      it.call.command(update);
    }
    EXPECT_EQ(heard_by_siti, 300U);
    for (const Datagram& bytes : captured) {
      it.call.datagram(bytes, it.siti.address(), it.siti.udp_port);
    }
    EXPECT_TRUE(it.budi.hears().empty());
  }
}

TEST(SdesLink, NothingIsLearntBeforeItIsAuthenticated) {
  Conversation call;
  DeskPhone siti(call, 11, "10.0.0.5:4000");
  *siti.open.mutable_open_port()->mutable_keys() = sdes(Sdes::SUITE_AES_CM_128_HMAC_SHA1_80);
  siti.open.mutable_open_port()->mutable_rtp()->set_learn(media::v2::Rtp::LEARN_ANY);
  siti.talks({pcmu()});
  for (int i = 0; i < 20; ++i) {
    call.datagram(siti.next(0).bytes(), testing::at("127.0.0.66:4000"), siti.udp_port);
  }
  EXPECT_EQ(call.count(&media::v2::Event::has_port_connected), 0U);
  SdesLink phone(turned(sdes(Sdes::SUITE_AES_CM_128_HMAC_SHA1_80)).sdes());
  for (int i = 0; i < 4; ++i) {
    Datagram bytes = siti.next(0).bytes();
    const std::size_t size = bytes.size();
    bytes.resize(size + srtp::most_overhead);
    bytes.resize(phone.seal(bytes, size).value().size());
    call.datagram(bytes, testing::at("127.0.0.3:61000"), siti.udp_port);
  }
  EXPECT_EQ(call.events.back().port_connected().address(), "127.0.0.3:61000");
}

}  // namespace
}  // namespace dering::engine
