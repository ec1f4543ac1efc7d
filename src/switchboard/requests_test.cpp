// SPDX-License-Identifier: Apache-2.0
//
// Who may call whom, and by what name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RequestText;
using testing::Sent;
using ::testing::SizeIs;

class Requests : public testing::DeskWorld {
 protected:
  int status_of(unsigned i, const std::string& uri) {
    ask(phone(i), invite(i, uri), i);
    return take_final().message.status();
  }
  std::string reason_of(unsigned i, const std::string& number) {
    dials(i, number);
    return std::string(take_final().message.header(HeaderId::reason).value_or(""));
  }
  /// One more phone of 1101.
  void registers_from(std::uint16_t port) {
    RequestText text = request(1, "REGISTER", "sip:dering");
    text.to = text.from;
    text.contact = fmt::format("<sip:other{}@192.0.2.1:{}>", port, port);
    ask(phone(1, port), std::move(text), 1);
    EXPECT_EQ(take_final().message.status(), 200);
  }
  /// Which phones of 1101 ring.
  std::vector<sip::Flow> rung() {
    registers(3);
    dials(3, "1101");
    std::vector<sip::Flow> flows;
    for (const Sent& one : sent(Method::invite)) flows.push_back(one.to);
    return flows;
  }
};

// ---- AT6 ----------------------------------------------------------------------------------------

TEST_F(Requests, AT6WhoeverRingsSomebodyDoesNotUseUpTheirRightToCall) {
  for (unsigned i = 1; i <= 5; ++i) registers(i);
  for (unsigned i = 2; i <= 5; ++i) dials(i, "1101");
  ASSERT_EQ(switchboard.counts().calls, 4U);
  out.clear();
  dials(1, "1102");
  EXPECT_EQ(take(Method::invite).to, phone(2));
}

TEST_F(Requests, AT6OneCallerHasOneRingingCallToOneCallee) {
  for (unsigned i = 1; i <= 3; ++i) registers(i);
  const RequestText first = dials(2, "1101");
  const Sent rung = take(Method::invite);
  for (const char* number : {"1101", "%31101", "11-01", "1101;phone-context=dering", "(1101)"}) {
    EXPECT_EQ(reason_of(2, number), "SIP;cause=486;text=\"already_calling\"") << number;
  }
  // From another phone of the same caller too.
  ask(phone(2, 6000), invite(2, "sip:1101@dering"), 2);
  EXPECT_EQ(take_final().message.status(), 486);
  // Others may ring the same callee, and the caller somebody else.
  dials(3, "1101");
  EXPECT_EQ(take(Method::invite).to, phone(1));
  dials(2, "1103");
  EXPECT_EQ(take(Method::invite).to, phone(3));
  // Once it has ended, it may ring again.
  receive(phone(1), sip::testing::answer_text(rung.message, 486, "callee"));
  out.clear();
  dials(2, "1101");
  EXPECT_EQ(take(Method::invite).to, phone(1));
}

TEST_F(Requests, AT6WhatOneHasChosenToHaveIsLimited) {
  for (unsigned i = 1; i <= 5; ++i) registers(i);
  for (unsigned i = 2; i <= 5; ++i) {
    dials(i, "1101");
    receive(phone(1),
            sip::testing::answer_text(take(Method::invite).message, 200, "callee",
                                      "<sip:1101@192.0.2.1>", feature::testing::desk_sdp));
  }
  out.clear();
  EXPECT_THAT(reason_of(1, "1102"), HasSubstr("too_many_calls"));
}

// ---- AT12 ---------------------------------------------------------------------------------------

TEST_F(Requests, AT12WhatIsNoNumberIsNobodysAndLeavesNoRecord) {
  registers(1);
  for (const char* user : {"%FF%FE", "%C3%28", "%00", "1102%00", "%0D%0A", "siti", "%E2%80%AE2011",
                           "%ED%A0%80", "a%CC%81", "%F0%9F%98%80"}) {
    ask(phone(1), invite(1, fmt::format("sip:{}@dering", user)), 1);
    EXPECT_TRUE(all<directory::SaveCallRecord>().empty()) << user;
    const Sent answer = take_final();
    EXPECT_EQ(answer.message.status(), 404) << user;
    EXPECT_THAT(std::string(answer.message.header(HeaderId::reason).value_or("")),
                HasSubstr("unknown_number"));
  }
  // A number that nobody has is one all the same.
  dials(1, "7777");
  const auto records = all<directory::SaveCallRecord>();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].record.callee, "7777");
}

// ---- AT14 ---------------------------------------------------------------------------------------

TEST_F(Requests, AT14ANumberOfAnotherDomainIsNotOurs) {
  registers(1);
  registers(2);
  for (const char* domain : {"evil.example", "192.0.2.200", "[2001:db8::1]", "dering.example",
                             "xdering", "198.51.100.70", "localhost", "127.0.0.1"}) {
    ask(phone(1), invite(1, fmt::format("sip:1102@{}", domain)), 1);
    const Sent answer = take_final();
    EXPECT_EQ(answer.message.status(), 404) << domain;
    EXPECT_EQ(answer.message.header("Warning"), "399 dering \"This Domain Is Not Ours\"") << domain;
    EXPECT_EQ(status_of(1, fmt::format("sip:1102@{}:5060;transport=udp", domain)), 404) << domain;
  }
  EXPECT_EQ(status_of(1, "tel:1102;phone-context=evil.example"), 404);
  EXPECT_TRUE(sent(Method::invite).empty());
  EXPECT_EQ(switchboard.counts().calls, 0U);
}

TEST_F(Requests, AT14EachNameThatStandsForUsIsOurs) {
  registers(1);
  registers(2);
  for (const char* domain : {"dering", "DERING", "dering.", "dering:5060", "pbx.test", "Pbx.Test:9",
                             "198.51.100.7", "198.51.100.7:31337", "203.0.113.9;transport=tcp"}) {
    const RequestText taken = ask(phone(1), invite(1, fmt::format("sip:1102@{}", domain)), 1);
    ASSERT_EQ(sent(Method::invite).size(), 1U) << domain;
    const Sent rung = take(Method::invite);
    EXPECT_EQ(rung.to, phone(2)) << domain;
    receive(phone(2), sip::testing::answer_text(rung.message, 486, "callee"));
    out.clear();
  }
}

TEST_F(Requests, AT14TheAddressOfOursThatAPhoneSpeaksToStandsForUs) {
  registers(2);
  sip::Flow flow = phone(1);
  flow.local = *SocketAddress::from_text("198.51.100.70", 5060);
  registers(1, flow);
  ask(flow, invite(1, "sip:1102@198.51.100.70"), 1);
  EXPECT_EQ(take(Method::invite).to, phone(2));
  ask(flow, invite(1, "sip:1102@198.51.100.71"), 1);
  EXPECT_EQ(take_final().message.status(), 404) << "another one does not";
}

// ---- FR21 ---------------------------------------------------------------------------------------

TEST_F(Requests, FR21APhoneBehindAProxyIsReachedByItsPath) {
  registers(1);
  registers(2, phone(2), "Supported: path\r\nPath: <sip:edge@192.0.2.77;lr;ob>\r\n");
  dials(1, "1102");
  const Sent rung = take(Method::invite);
  EXPECT_EQ(rung.message.header(HeaderId::route), "<sip:edge@192.0.2.77;lr;ob>");
  EXPECT_EQ(rung.message.request_uri(), "sip:1102@192.0.2.2:5060");
}

// ---- FR6: phones that are not there -------------------------------------------------------------

TEST_F(Requests, FR6APhoneThatDoesNotAnswerThreeOptionsIsNotRungAnyMore) {
  registers(2, phone(2), "Path: <sip:edge@192.0.2.77;lr>\r\n");
  wait(76s);
  const Sent probe = take(Method::options);
  EXPECT_EQ(probe.to, phone(2));
  EXPECT_EQ(probe.message.request_uri(), "sip:1102@192.0.2.2:5060");
  EXPECT_EQ(probe.message.header(HeaderId::route), "<sip:edge@192.0.2.77;lr>");
  wait(120s);
  EXPECT_EQ(switchboard.counts().bindings, 1U);
  wait(40s);
  EXPECT_EQ(switchboard.counts().bindings, 0U);
  EXPECT_EQ(switchboard.counts().phones_silent, 1U);
  EXPECT_EQ(switchboard.presence("1102"), directory::Presence::offline);
  EXPECT_EQ(all<directory::DropBinding>().size(), 1U);
}

TEST_F(Requests, FR6AnyAnswerIsASignOfLife) {
  registers(2);
  const std::vector<int> answers{200, 405, 481, 500, 401, 180, 603};
  std::size_t asked = 0;
  while (asked < answers.size()) {
    pass(1s);
    for (const Sent& probe : sent(Method::options)) {
      receive(phone(2), sip::testing::answer_text(probe.message, answers[asked++], "x"));
    }
    out.clear();
  }
  EXPECT_EQ(switchboard.counts().bindings, 1U);
  EXPECT_EQ(switchboard.counts().phones_silent, 0U);
}

TEST_F(Requests, FR6AConnectionIsNotProbed) {
  registers(2, {sip::Transport::tcp, *SocketAddress::from_text("192.0.2.2", 40'000), 8});
  wait(300s);
  EXPECT_TRUE(sent(Method::options).empty());
  EXPECT_EQ(switchboard.counts().bindings, 1U);
}

TEST_F(Requests, FR6APhoneInACallMakesRoomForNobody) {
  const Talk call = talk();
  for (std::uint16_t port = 1; port <= 12; ++port) registers_from(port);
  EXPECT_EQ(switchboard.counts().phones_displaced, 3U);
  EXPECT_THAT(rung(), AllOf(SizeIs(10), Contains(phone(1))));
}

TEST_F(Requests, FR6APhoneThatDoesNotAnswerMakesRoomBeforeOlderOnes) {
  const sip::Flow silent = phone(1, 5);
  for (std::uint16_t port = 1; port <= 10; ++port) registers_from(port);
  for (int second = 0; second < 115; ++second) {
    pass(1s);
    for (const Sent& probe : sent(Method::options)) {
      if (probe.to != silent) receive(probe.to, sip::testing::answer_text(probe.message, 200, "x"));
    }
    out.clear();
  }
  ASSERT_EQ(switchboard.counts().bindings, 10U);
  registers_from(11);
  EXPECT_THAT(rung(), AllOf(SizeIs(10), Contains(phone(1, 1)), Not(Contains(silent))));
}

}  // namespace
}  // namespace dering::switchboard
