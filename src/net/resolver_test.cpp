// SPDX-License-Identifier: Apache-2.0
#include "net/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "net/clock.h"
#include "net/testing/stub_dns.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using dns::Question;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Question::Kind;
using Stub = testing::StubDns;

class Resolving : public ::testing::Test {
 protected:
  Resolver make(std::size_t waiting = 256) {
    return {loop,
            {.servers = {stub.address()}, .timeout = 100ms, .tries = 2, .waiting = waiting},
            [this](const Question& question, const dns::Answer& answer) {
              ++told;
              answers[question] = answer;
            }};
  }
  /// Until nothing is waited for; five seconds at most.
  void run(Resolver& resolver) {
    const Instant end = now() + 5s;
    while ((resolver.waiting() > 0 || resolver.next_deadline(now())) && now() < end) {
      loop.run_once(std::min(end, resolver.next_deadline(now()).value_or(end)));
      resolver.deliver();
    }
    EXPECT_EQ(resolver.waiting(), 0U);
  }
  dns::Answer ask(Kind kind, std::string name) {
    Resolver resolver = make();
    resolver.ask({kind, name});
    EXPECT_EQ(told, 0) << "nobody is called back while asking";
    run(resolver);
    EXPECT_EQ(told, 1);
    return answers[{kind, std::move(name)}];
  }

  EventLoop loop;
  Stub stub{loop};
  std::map<Question, dns::Answer> answers;
  int told = 0;
};

TEST_F(Resolving, ReadsServersWithTheirLifetime) {
  const auto record = [](std::uint32_t priority, std::string_view target) {
    return Stub::number(priority, 2) + Stub::number(5, 2) + Stub::number(5061, 2) +
           Stub::name(target);
  };
  stub.add("_sips._tcp.p.example", Stub::srv, 300, record(10, "a.p.example"))
      .add("_sips._tcp.p.example", Stub::srv, 120, record(20, "b.p.example"));
  const dns::Answer answer = ask(Kind::srv, "_sips._tcp.p.example");
  EXPECT_FALSE(answer.failed);
  EXPECT_THAT(answer.srv,
              ::testing::UnorderedElementsAre(dns::SrvRecord{10, 5, 5061, "a.p.example"},
                                              dns::SrvRecord{20, 5, 5061, "b.p.example"}));
  EXPECT_EQ(answer.lifetime, 120s);
}

TEST_F(Resolving, ReadsPointersToServices) {
  stub.add("p.example", Stub::naptr, 60,
           Stub::number(10, 2) + Stub::number(20, 2) + Stub::text("s") + Stub::text("SIPS+D2T") +
               Stub::text("") + Stub::name("_sips._tcp.p.example"));
  EXPECT_THAT(ask(Kind::naptr, "p.example").naptr,
              ElementsAre(dns::NaptrRecord{10, 20, "s", "SIPS+D2T", "_sips._tcp.p.example"}));
}

TEST_F(Resolving, ReadsAddressesOfBothFamilies) {
  stub.add("a.p.example", Stub::a, 90, Stub::number(0xc0000201, 4))
      .add("a.p.example", Stub::aaaa, 30,
           std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + '\x01');
  const dns::Answer answer = ask(Kind::address, "a.p.example");
  std::vector<std::string> texts;
  for (const SocketAddress& each : answer.addresses) texts.push_back(each.ip_text());
  EXPECT_THAT(texts, ::testing::UnorderedElementsAre("192.0.2.1", "2001:db8::1"));
  EXPECT_EQ(answer.lifetime, 30s);
}

TEST_F(Resolving, WhatIsNotThereIsNoFailure) {
  for (const Kind kind : {Kind::srv, Kind::naptr, Kind::address}) {
    told = 0;
    const dns::Answer answer = ask(kind, "nothing.example");
    EXPECT_FALSE(answer.failed);
    EXPECT_THAT(answer.srv, IsEmpty());
    EXPECT_THAT(answer.addresses, IsEmpty());
  }
}

TEST_F(Resolving, AServerThatIsSilentIsGivenUpInTime) {
  stub.be_silent(true);
  EXPECT_TRUE(ask(Kind::srv, "p.example").failed);
  EXPECT_EQ(stub.asked(), 2);
}

TEST_F(Resolving, NonsenseIsAFailureAndNoCrash) {
  stub.add("p.example", Stub::srv, 60, "\x01")
      .add("q.example", Stub::naptr, 60, Stub::number(1, 4) + Stub::text("s") + "\xff")
      .add("a.example", Stub::a, 60, "\x01");
  EXPECT_TRUE(ask(Kind::srv, "p.example").failed);
  told = 0;
  EXPECT_TRUE(ask(Kind::naptr, "q.example").failed);
  told = 0;
  EXPECT_THAT(ask(Kind::address, "a.example").addresses, IsEmpty());
  stub.add("c.example", Stub::srv, 60,
           Stub::number(0, 4) + Stub::number(5060, 2) + Stub::name("a"));
  for (std::size_t size = 0; size < 48; size += 6) {
    told = 0;
    stub.cut_after(size);
    EXPECT_TRUE(ask(Kind::srv, "c.example").failed) << size;
  }
}

TEST_F(Resolving, PastTheMostQuestionsTheNextIsAnsweredAtOnce) {
  stub.be_silent(true);
  Resolver resolver = make(2);
  for (const char* name : {"a", "b", "c"}) resolver.ask({Kind::address, name});
  EXPECT_EQ(resolver.waiting(), 2U);
  resolver.deliver();
  EXPECT_EQ(told, 1);
  EXPECT_TRUE((answers[{Kind::address, "c"}].failed));
}

TEST_F(Resolving, WhatIsStillAskedWhenItGoesIsToldNobody) {
  stub.be_silent(true);
  {
    Resolver resolver = make();
    resolver.ask({Kind::address, "a"});
  }
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace dering::net
