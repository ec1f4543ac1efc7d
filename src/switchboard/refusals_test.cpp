// SPDX-License-Identifier: Apache-2.0
//
// AT11: every refusal has one voice, and what is none has none (docs/refusals.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using refusal::Reason;
using refusal::Refusal;
using refusal::What;
using sip::Method;
using ::testing::IsEmpty;
using testing::RequestText;
using ::testing::SizeIs;

class Refusals : public testing::DeskWorld {
 protected:
  static sip::Flow elsewhere(sip::Transport transport = sip::Transport::udp,
                             std::uint64_t connection = 0) {
    return {transport, *SocketAddress::from_text("198.51.100.66", 31'337), connection};
  }
  /// What was told since the last question.
  std::vector<Refusal> told() {
    auto all_of_them = all<Refusal>();
    out.clear();
    return all_of_them;
  }
  Refusal only() {
    const auto all_of_them = told();
    EXPECT_THAT(all_of_them, SizeIs(1));
    return all_of_them.empty() ? Refusal{} : all_of_them.front();
  }
  /// Phone i dials that, signed in, and this is told.
  Refusal told_of_call(unsigned i, const std::string& uri) {
    ask(phone(i), invite(i, uri), i);
    return only();
  }
};

TEST_F(Refusals, ANumberOfAnotherDomainIsToldWithTheSettingThatHelps) {
  registers(1);
  const Refusal refused = told_of_call(1, "sip:1102@elsewhere.example");
  EXPECT_EQ(refused.what, What::call);
  EXPECT_EQ(refused.reason, Reason::foreign_domain);
  EXPECT_EQ(refused.name, "dev1");
  EXPECT_TRUE(refused.is_known_name);
  EXPECT_EQ(refused.note, "sip.domains does not name it");
}

TEST_F(Refusals, ACallerWhoHidesIsToldByTheNumberThatSignedIn) {
  const sip::Flow flow = elsewhere(sip::Transport::tcp, 8);
  registers(1, flow);
  RequestText text = invite(1, "sip:1102@elsewhere.example");
  text.transport = "TCP";
  text.from = "<sip:anonymous@anonymous.invalid>";
  receive(flow, text.text());
  EXPECT_EQ(only().name, "1101");
}

TEST_F(Refusals, ARequestIntoTheCallOfSomebodyElseIsToldByWhoSentIt) {
  const Talk call = talk();
  (void)told();
  auto text = in(call, "BYE");
  text.from = "<sip:1103@dering>";
  ask(elsewhere(), std::move(text), 3);
  const Refusal refused = only();
  EXPECT_EQ(refused.what, What::request);
  EXPECT_EQ(refused.reason, Reason::foreign_dialog);
  EXPECT_EQ(refused.name, "dev3");
  EXPECT_EQ(refused.source, elsewhere().remote);

  auto page = in(call, "INFO", 2);
  page.transport = "WSS";
  receive(elsewhere(sip::Transport::wss, 7), page.text());
  EXPECT_EQ(only().reason, Reason::foreign_dialog);
}

TEST_F(Refusals, AnAckFromElsewhereIsTold) {
  registers(1);
  registers(2);
  const auto taken = dials(1, "1102");
  const auto rung = take(Method::invite);
  receive(phone(2),
          sip::testing::answer_text(rung.message, 200, "callee", "<sip:1102@192.0.2.2:5060>",
                                    feature::testing::desk_sdp));
  RequestText ack = taken;
  ack.method = "ACK";
  ack.more.clear();
  ack.body.clear();
  ack.to_tag = take_final().message.to().tag();
  ack.branch = new_branch();
  receive(elsewhere(), ack.text());
  EXPECT_EQ(only().reason, Reason::foreign_dialog);
  receive(phone(1), ack.text());
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Refusals, ARequestIntoNoCallIsToldUnlessItsSenderIsSignedInThere) {
  for (const char* method : {"BYE", "INFO", "INVITE", "UPDATE", "OPTIONS"}) {
    RequestText text = request(3, method, "sip:x@198.51.100.7");
    text.to_tag = "made-up";
    receive(elsewhere(), text.text());
    EXPECT_EQ(only().reason, Reason::unknown_dialog) << method;
  }
  for (const char* method : {"BYE", "CANCEL"}) {
    receive(elsewhere(), request(3, method, "sip:x@198.51.100.7").text());
    EXPECT_EQ(only().reason, Reason::unknown_dialog) << method;
  }
  const sip::Flow flow = elsewhere(sip::Transport::tcp, 8);
  registers(1, flow);
  for (const char* method : {"BYE", "CANCEL", "INFO"}) {
    RequestText text = request(1, method, "sip:x@198.51.100.7");
    text.transport = "TCP";
    if (std::string_view(method) == "INFO") text.to_tag = "of-a-call-that-is-over";
    receive(flow, text.text());
    EXPECT_EQ(take_final().message.status(), 481) << method;
    EXPECT_THAT(told(), IsEmpty()) << method;
  }
}

TEST_F(Refusals, WhatNobodyServesIsToldAndWhatIsMalformedToo) {
  for (const char* method : {"SUBSCRIBE", "PUBLISH", "REFER", "NOTIFY", "DANCE"}) {
    receive(elsewhere(), request(3, method, "sip:1101@dering").text());
    EXPECT_EQ(only().reason, Reason::not_served) << method;
  }
  RequestText text = invite(3, "sip:1101@dering");
  text.more = "Require: time-travel\r\n";
  receive(elsewhere(), text.text());
  EXPECT_EQ(only().reason, Reason::not_served);
  text = invite(3, "sip:1101@dering");
  text.cseq_method = "BYE";
  receive(elsewhere(), text.text());
  EXPECT_EQ(only().reason, Reason::malformed);
  text.method = "ACK";
  receive(elsewhere(), text.text());
  EXPECT_EQ(only().reason, Reason::malformed) << "an ACK gets no answer and is told all the same";
}

TEST_F(Refusals, AChallengeAndWhatBecomesOfACallAreNone) {
  receive(elsewhere(), invite(3, "sip:1101@dering").text());
  receive(elsewhere(), request(3, "OPTIONS", "sip:dering").text());
  registers(1);
  for (const char* number : {"9999", "1101", "1102", "%00"}) dials(1, number);
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Refusals, ACopyOfARequestThatIsServedIsNone) {
  registers(1);
  registers(2);
  RequestText taken = dials(1, "1102");
  out.clear();
  taken.branch = new_branch();
  receive(phone(1), taken.text());
  EXPECT_EQ(take_final().message.status(), 482);
  EXPECT_THAT(told(), IsEmpty());
}

// ---- limits -------------------------------------------------------------------------------------

TEST_F(Refusals, CallsPastTheLimitOfAUserAreToldWithTheSetting) {
  ASSERT_EQ(Settings{}.calls_per_user, 4U);
  for (unsigned i = 1; i <= 5; ++i) registers(i);
  for (unsigned i = 2; i <= 5; ++i) dials(1, extension(i));
  EXPECT_THAT(told(), IsEmpty());
  const Refusal refused = told_of_call(1, "sip:1102@dering");
  EXPECT_EQ(refused.reason, Reason::too_many);
  EXPECT_EQ(refused.what, What::call);
  EXPECT_EQ(refused.note, "limits.calls_per_user");
}

TEST_F(Refusals, APhoneGoneWildIsToldAndUsesUpNoOtherPhonesShare) {
  const sip::Flow wild = elsewhere(sip::Transport::tcp, 8);
  registers(1, wild);
  const unsigned most = Settings{}.new_calls_per_minute;
  for (unsigned i = 0; i < 10 * most; ++i) {
    RequestText text = invite(1, "sip:9999@dering");
    text.transport = "TCP";
    receive(wild, text.text());
  }
  EXPECT_THAT(all<directory::SaveCallRecord>(), SizeIs(most));
  const auto refused = told();
  ASSERT_THAT(refused, SizeIs(9 * most));
  EXPECT_EQ(refused.back().reason, Reason::too_many);
  EXPECT_EQ(refused.back().note, "limits.new_calls_per_minute");
  // The same person's other phone, which shows its own credentials.
  ask(phone(1), invite(1, "sip:9999@dering"), 1);
  EXPECT_EQ(take_final().message.status(), 404);
}

TEST_F(Refusals, ChangesOfACallHaveARateAndTheCallGoesOn) {
  const Talk call = talk();
  const unsigned most = Settings{}.refreshes_per_minute;
  std::uint32_t cseq = 0;
  for (unsigned i = 0; i < most; ++i) {
    receive(phone(1), in(call, i % 2 == 0 ? "INVITE" : "UPDATE", ++cseq).text());
  }
  EXPECT_THAT(told(), IsEmpty());
  receive(phone(1), in(call, "UPDATE", ++cseq).text());
  const Refusal refused = [&] {
    const auto all_of_them = all<Refusal>();
    return all_of_them.empty() ? Refusal{} : all_of_them.back();
  }();
  EXPECT_EQ(refused.reason, Reason::too_many);
  EXPECT_EQ(refused.note, "limits.refreshes_per_minute");
  const auto answer = take_final();
  EXPECT_EQ(answer.message.status(), 500);
  EXPECT_TRUE(answer.message.header("Retry-After"));
  EXPECT_EQ(switchboard.counts().calls, 1U);
  receive(phone(1), in(call, "BYE", ++cseq).text());
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Refusals, APhoneThatCallsWithoutRegisteringIsKeptOnce) {
  const sip::Flow flow = elsewhere(sip::Transport::tcp, 8);
  ask(flow, invite(1, "sip:9999@dering"), 1);
  EXPECT_THAT(all<sip::KeepFlow>(), SizeIs(1));
  for (int i = 0; i < 2; ++i) {
    out.clear();
    ask(flow, invite(1, "sip:9999@dering"), 1);
    EXPECT_THAT(all<sip::KeepFlow>(), IsEmpty());
  }
  feed(sip::FlowClosed{flow});
  for (const auto& [name, size] : switchboard.tables()) {
    if (name == "connections kept for calls") {
      EXPECT_EQ(size, 0U);
    }
  }
}

}  // namespace
}  // namespace dering::switchboard
