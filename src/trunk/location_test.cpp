// SPDX-License-Identifier: Apache-2.0
#include "trunk/location.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dering::trunk {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = dns::Question::Kind;
using dns::NaptrRecord;
using dns::SrvRecord;
using sip::Transport;

/// A small DNS; what is not in it does not exist. Counts what it is asked.
struct Dns {
  std::map<dns::Question, dns::Answer> zone;
  int asked = 0;
  SeededRandom random{7};

  Dns& naptr(std::string name, std::vector<NaptrRecord> records) {
    zone[{Kind::naptr, std::move(name)}].naptr = std::move(records);
    return *this;
  }
  Dns& srv(std::string name, std::vector<SrvRecord> records) {
    auto& answer = zone[{Kind::srv, std::move(name)}];
    answer.srv = std::move(records);
    answer.lifetime = 300s;
    return *this;
  }
  Dns& host(std::string name, std::vector<std::string> addresses, std::chrono::seconds ttl = 600s) {
    auto& answer = zone[{Kind::address, std::move(name)}];
    for (const std::string& each : addresses)
      answer.addresses.push_back(*SocketAddress::from_text(each, 0));
    answer.lifetime = ttl;
    return *this;
  }

  Location look(Server server) {
    Location location(std::move(server));
    while (!location.is_done()) {
      const dns::Question question = location.questions().front();
      const auto found = zone.find(question);
      ++asked;
      location.on_answer(question, found == zone.end() ? dns::Answer{} : found->second, random);
    }
    return location;
  }
  std::vector<std::string> ways(Server server) {
    std::vector<std::string> texts;
    for (const Way& way : look(std::move(server)).ways())
      texts.push_back(std::string(sip::via_name(way.transport)) + " " + way.address.text());
    return texts;
  }
};

TEST(Location, AnAddressIsAskedForNowhere) {
  Dns dns;
  EXPECT_THAT(dns.ways({.host = "192.0.2.1"}), ElementsAre("UDP 192.0.2.1:5060"));
  EXPECT_THAT(dns.ways({.host = "2001:db8::1", .transport = Transport::tls}),
              ElementsAre("TLS [2001:db8::1]:5061"));
  EXPECT_THAT(dns.ways({.host = "[2001:db8::1]", .port = 5080}),
              ElementsAre("UDP [2001:db8::1]:5080"));
  EXPECT_EQ(dns.asked, 0);
  EXPECT_EQ(dns.look({.host = "192.0.2.1"}).lifetime(), 1h);
}

TEST(Location, APortLeavesSrvOut) {
  Dns dns;
  dns.srv("_sip._udp.p.example", {{0, 0, 5070, "a.p.example"}})
      .host("p.example", {"192.0.2.1", "2001:db8::1"});
  EXPECT_THAT(dns.ways({.host = "p.example", .port = 5080, .transport = Transport::tcp}),
              ElementsAre("TCP 192.0.2.1:5080", "TCP [2001:db8::1]:5080"));
}

TEST(Location, SrvIsAskedForTheTransportAndTriedByPriority) {
  Dns dns;
  dns.srv("_sips._tcp.p.example", {{20, 0, 5061, "b"}, {10, 0, 5063, "a"}})
      .host("a", {"192.0.2.1"})
      .host("b", {"192.0.2.2"}, 45s);
  const Server server{.host = "p.example", .transport = Transport::tls};
  EXPECT_THAT(dns.ways(server), ElementsAre("TLS 192.0.2.1:5063", "TLS 192.0.2.2:5061"));
  EXPECT_EQ(dns.look(server).lifetime(), 45s);
}

TEST(Location, WithoutSrvTheNameItselfIsTheServer) {
  Dns dns;
  dns.host("p.example", {"192.0.2.1"});
  EXPECT_THAT(dns.ways({.host = "p.example", .transport = Transport::tls}),
              ElementsAre("TLS 192.0.2.1:5061"));
  EXPECT_THAT(dns.ways({.host = "p.example"}), ElementsAre("UDP 192.0.2.1:5060"));
}

TEST(Location, NaptrSaysTransportsInOrder) {
  Dns dns;
  dns.naptr("p.example", {{10, 20, "s", "SIP+D2U", "_sip._udp.p.example"},
                          {10, 10, "S", "sips+d2t", "_sips._tcp.elsewhere.example"},
                          {5, 0, "u", "E2U+sip", ""},
                          {6, 0, "s", "SIP+D2S", "_sip._sctp.p.example"}})
      .srv("_sip._udp.p.example", {{0, 0, 5060, "a"}})
      .srv("_sips._tcp.elsewhere.example", {{0, 0, 5061, "a"}})
      .host("a", {"192.0.2.1"});
  EXPECT_THAT(dns.ways({.host = "p.example"}),
              ElementsAre("TLS 192.0.2.1:5061", "UDP 192.0.2.1:5060"));
}

TEST(Location, WithoutNaptrTheTransportsThatHaveSrvAreThere) {
  Dns dns;
  dns.srv("_sip._tcp.p.example", {{0, 0, 5060, "a"}})
      .srv("_sip._udp.p.example", {{0, 0, 5060, "a"}})
      .host("a", {"192.0.2.1"});
  EXPECT_THAT(dns.ways({.host = "p.example"}),
              ElementsAre("TCP 192.0.2.1:5060", "UDP 192.0.2.1:5060"));
}

TEST(Location, AServerThatIsDecidedlyNotThereIsNone) {
  Dns dns;
  dns.srv("_sip._udp.p.example", {{0, 0, 0, "."}, {0, 0, 5060, "gone"}});
  EXPECT_THAT(dns.ways({.host = "p.example", .transport = Transport::udp}), IsEmpty());
}

TEST(Location, EqualsAreChosenByWeight) {
  Dns dns;
  dns.srv("_sip._udp.p.example", {{0, 30, 5060, "a"}, {0, 10, 5060, "b"}, {0, 0, 5060, "c"}})
      .host("a", {"192.0.2.1"})
      .host("b", {"192.0.2.2"})
      .host("c", {"192.0.2.3"});
  std::map<std::string, int> first;
  for (int i = 0; i < 4'000; ++i) {
    const auto ways = dns.ways({.host = "p.example", .transport = Transport::udp});
    ASSERT_EQ(ways.size(), 3U);
    ++first[ways.front()];
  }
  EXPECT_NEAR(first["UDP 192.0.2.1:5060"], 3'000, 200);
  EXPECT_NEAR(first["UDP 192.0.2.2:5060"], 1'000, 200);
  EXPECT_LT(first["UDP 192.0.2.3:5060"], 300);
  EXPECT_GT(first["UDP 192.0.2.3:5060"], 0);
}

TEST(Location, ABadAnswerCostsNoMoreThanAGoodOne) {
  Dns dns;
  std::vector<SrvRecord> many;
  std::vector<std::string> addresses;
  for (std::uint16_t i = 0; i < 2'000; ++i) many.push_back({0, i, 5060, "h" + std::to_string(i)});
  for (int i = 0; i < 200; ++i) addresses.push_back("192.0.2." + std::to_string(i));
  dns.srv("_sip._udp.p.example", many);
  for (int i = 0; i < 2'000; ++i) dns.host("h" + std::to_string(i), addresses, 0s);
  const Location location = dns.look({.host = "p.example", .transport = Transport::udp});
  EXPECT_LE(dns.asked, 17);
  EXPECT_EQ(location.ways().size(), Location::most_ways);
  EXPECT_EQ(location.lifetime(), 30s) << "TTL 0 is not asked for at each call";
}

TEST(Location, WhatCouldNotBeAskedIsSaidAndSoonAskedAgain) {
  Location location({.host = "p.example", .port = 5060});
  SeededRandom random(7);
  location.on_answer({Kind::srv, "p.example"}, {}, random);
  EXPECT_FALSE(location.is_done()) << "it was not asked for";
  location.on_answer({Kind::address, "p.example"}, {.failed = true}, random);
  EXPECT_TRUE(location.is_done());
  EXPECT_TRUE(location.has_failed());
  EXPECT_EQ(location.lifetime(), 30s);
  EXPECT_THAT(location.ways(), IsEmpty());
}

}  // namespace
}  // namespace dering::trunk
