// SPDX-License-Identifier: Apache-2.0
//
// Whoever is called may have the call go on to somebody else.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/dial.h"
#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using call::Outcome;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::desk_sdp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Sent;

/// Desk phones 1001 to 1009, at ports 5061 to 5069; 1001 calls 1002.
class ForwardingTest : public testing::Exchange {
 protected:
  ForwardingTest() {
    for (int i = 1; i <= 9; ++i) add(fmt::format("100{}", i));
  }
  void add(const std::string& person) {
    phones_.of[person] = {{"sip:" + person + "@192.0.2.1", flow_of(person), {}}};
  }
  void forward(const std::string& person, const directory::ForwardingChange& change) {
    phones_.forwarding[person] = directory::changed({}, change);
  }
  void on_invite(sip::RequestArrived invite) override {
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "1002"},
                 dial({{"1002", "Budi"}, {{60s}}}), it);
  }
  static sip::Flow flow_of(std::string_view person) {
    return sip::testing::udp_flow(static_cast<std::uint16_t>(5060 + (person.back() - '0')));
  }
  void call() {
    RequestText invite;
    invite.sent_by = "192.0.2.1:5061";
    invite.body = desk_sdp;
    receive(flow_of("1001"), invite.text());
  }
  void answer(const Sent& invite, int status = 200) {
    receive(invite.to, answer_text(invite.message, status, "t", "<sip:x@192.0.2.1>",
                                   status == 200 ? desk_sdp : std::string_view()));
  }
  /// The next that is rung has this number.
  Sent rung(std::string_view person) {
    Sent invite = take(Method::invite);
    EXPECT_EQ(invite.to, flow_of(person));
    return invite;
  }
  /// What the caller's phone was refused with.
  std::string refusal(int status) {
    return std::string(take(status).message.header(HeaderId::reason).value_or(""));
  }
  std::vector<std::string> stays() const {
    std::vector<std::string> stays;
    for (const auto& stay : out_.records.back().stays) {
      stays.push_back(fmt::format("{} {} {}", stay.person, stay.why, stay.outcome));
    }
    return stays;
  }
  void hang_up_and_end(const Sent& invite) {
    const Sent ok = take(200);
    RequestText bye;
    bye.sent_by = "192.0.2.1:5061";
    bye.method = "BYE";
    bye.branch = "z9hG4bKbye";
    bye.to_tag = ok.message.to().tag();
    bye.cseq = 2;
    receive(flow_of("1001"), bye.text());
    receive(invite.to, answer_text(take(Method::bye).message, 200));
  }
};

TEST_F(ForwardingTest, AlwaysRingsTheOtherAtOnceAndNotTheirOwnPhones) {
  forward("1002", {.always = "1003"});
  call();
  const Sent invite = rung("1003");
  EXPECT_EQ(invite.message.to().uri.user, "1002");
  answer(invite);
  EXPECT_THAT(std::string(take(200).message.header("P-Asserted-Identity").value_or("")),
              HasSubstr("sip:1003@"));
  EXPECT_TRUE(sent_.empty() || sent_.front().to != flow_of("1002"));
  EXPECT_FALSE(calls_.is_in_call("1002"));
}

TEST_F(ForwardingTest, TheRecordSaysWhoWasCalledAndWhyItWentElsewhere) {
  forward("1002", {.always = "1003"});
  call();
  const Sent invite = rung("1003");
  answer(invite);
  hang_up_and_end(invite);
  ASSERT_EQ(out_.records.size(), 1U);
  EXPECT_THAT(stays(), ElementsAre("1001 placed answered", "1002 dialled forwarded",
                                   "1003 forwarded_always answered"));
}

TEST_F(ForwardingTest, OnNoAnswerTheOtherRingsAfterTheirOwnRingTime) {
  forward("1002", {.no_answer = "1003", .ring_seconds = 7});
  call();
  const Sent first = rung("1002");
  answer(first, 180);
  EXPECT_EQ(take(180).to, flow_of("1001"));
  pass(6s);
  EXPECT_TRUE(sent_.empty());
  pass(1s);
  const Sent cancel = take(Method::cancel);
  EXPECT_EQ(cancel.to, flow_of("1002"));
  // A desk phone counts no missed call.
  EXPECT_EQ(cancel.message.header(HeaderId::reason), "SIP;cause=200;text=\"forwarded\"");
  answer(first, 487);
  const Sent second = rung("1003");
  EXPECT_FALSE(calls_.is_in_call("1002"));
  EXPECT_EQ(calls_.waiting_calls_of("1002"), 0U);
  EXPECT_EQ(calls_.waiting_calls_of("1003"), 1U);
  answer(second);
  hang_up_and_end(second);
  EXPECT_THAT(stays(), ElementsAre("1001 placed answered", "1002 rung no_answer",
                                   "1002 rung forwarded", "1003 forwarded_no_answer answered"));
}

TEST_F(ForwardingTest, WhoHeardTheirPhoneSoundHearsItRingElsewhere) {
  forward("1002", {.no_answer = "1003", .ring_seconds = 5});
  call();
  const Sent first = rung("1002");
  receive(first.to, answer_text(first.message, 183, "t", "<sip:x@192.0.2.1>", desk_sdp));
  EXPECT_EQ(take(183).to, flow_of("1001"));
  EXPECT_TRUE(started().empty());
  pass(5s);
  answer(first, 487);
  const Sent second = rung("1003");
  ASSERT_FALSE(started().empty());
  EXPECT_EQ(started().back().tone().name(), media::v2::Tone::NAME_RINGBACK);
  answer(second);
  EXPECT_EQ(take(200).to, flow_of("1001"));
  EXPECT_FALSE(joined().empty());
}

TEST_F(ForwardingTest, WhoPicksUpAtTheLastMomentHasTheCall) {
  forward("1002", {.no_answer = "1003", .ring_seconds = 5});
  call();
  const Sent first = rung("1002");
  pass(4s);
  answer(first);
  EXPECT_EQ(take(200).to, flow_of("1001"));
  sent_.clear();
  pass(2s);
  for (const Sent& sent : sent_) EXPECT_EQ(sent.message.status(), 200);
}

TEST_F(ForwardingTest, OnBusyAPhoneThatSaysSoAndTooManyCallsAreTheSame) {
  forward("1002", {.busy = "1003"});
  call();
  answer(rung("1002"), 486);
  rung("1003");
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(ForwardingTest, ACrowdedPersonForwardsToo) {
  forward("1002", {.busy = "1003"});
  phones_.crowded["1002"] = Outcome::busy;
  call();
  rung("1003");
}

TEST_F(ForwardingTest, WhoSaysNoIsNotAskedTwice) {
  forward("1002", {.busy = "1003", .no_answer = "1003", .unreachable = "1003"});
  call();
  answer(rung("1002"), 603);
  EXPECT_EQ(last_outcome(), "declined");
}

TEST_F(ForwardingTest, BusyEverywhereIsBusy) {
  forward("1002", {.busy = "1003"});
  call();
  answer(rung("1002"), 600);
  rung("1003");
}

TEST_F(ForwardingTest, UnreachableIsWhoHasNoPhone) {
  phones_.of["1002"].clear();
  forward("1002", {.unreachable = "1003"});
  call();
  rung("1003");
}

TEST_F(ForwardingTest, NotToBeDisturbedRingsNoPhoneAndSaysSo) {
  forward("1002", {.do_not_disturb = true});
  call();
  EXPECT_EQ(refusal(480), "SIP;cause=480;text=\"do_not_disturb\"");
  EXPECT_EQ(last_outcome(), "do_not_disturb");
}

TEST_F(ForwardingTest, NotToBeDisturbedGoesWhereBusyCallsGo) {
  forward("1002", {.busy = "1003", .do_not_disturb = true});
  call();
  rung("1003");
}

TEST_F(ForwardingTest, EachOfThemForwardsAsTheyWish) {
  forward("1002", {.always = "1003"});
  forward("1003", {.busy = "1004"});
  forward("1004", {.no_answer = "1005", .ring_seconds = 5});
  call();
  answer(rung("1003"), 486);
  answer(rung("1004"), 180);
  pass(5s);
  const Sent last = rung("1005");
  answer(last);
  hang_up_and_end(last);
  EXPECT_THAT(stays(), ElementsAre("1001 placed answered", "1002 dialled forwarded",
                                   "1003 forwarded_always busy", "1003 forwarded_always forwarded",
                                   "1004 forwarded_busy no_answer", "1004 forwarded_busy forwarded",
                                   "1005 forwarded_no_answer answered"));
}

TEST_F(ForwardingTest, TwoWhoForwardToEachOtherEndTheCallWithWords) {
  forward("1002", {.always = "1003"});
  forward("1003", {.always = "1002"});
  call();
  EXPECT_EQ(refusal(482), "SIP;cause=482;text=\"forwarding_loop\"");
  EXPECT_EQ(last_outcome(), "forwarding_loop");
}

TEST_F(ForwardingTest, TenPeopleInARowAreNotAllAsked) {
  for (int i = 2; i <= 9; ++i) {
    forward(fmt::format("100{}", i), {.always = fmt::format("100{}", i + 1)});
  }
  add("10010");
  call();
  EXPECT_EQ(refusal(482), "SIP;cause=482;text=\"forwarding_loop\"");
  EXPECT_EQ(out_.records.back().stays.size(), 1 + most_redirections);
}

TEST_F(ForwardingTest, ToTheCallerIsACircleToo) {
  forward("1002", {.always = "1001"});
  call();
  EXPECT_EQ(last_outcome(), "forwarding_loop");
}

TEST_F(ForwardingTest, TwoWhoDoNotAnswerEndAsNobodyAnswered) {
  forward("1002", {.no_answer = "1003", .ring_seconds = 5});
  forward("1003", {.no_answer = "1002", .ring_seconds = 5});
  call();
  answer(rung("1002"), 180);
  pass(5s);
  answer(rung("1003"), 180);
  pass(5s);
  EXPECT_EQ(last_outcome(), "no_answer");
}

TEST_F(ForwardingTest, ToSomebodyWhoHasLeftEndsWithWords) {
  forward("1002", {.always = "1234"});
  call();
  EXPECT_EQ(refusal(404), "SIP;cause=404;text=\"forwarded_nowhere\"");
}

TEST_F(ForwardingTest, APhoneThatSendsOnAndAPersonWhoForwardsAreOneChain) {
  forward("1003", {.always = "1004"});
  forward("1004", {.busy = "1002"});
  call();
  const Sent first = rung("1002");
  receive(first.to, answer_text(first.message, 302, "b", "<sip:1003@pbx.test>"));
  answer(rung("1004"), 486);
  EXPECT_EQ(last_outcome(), "busy");
  EXPECT_THAT(stays(),
              ElementsAre("1001 placed busy", "1002 rung failed", "1002 rung forwarded",
                          "1003 forwarded_by_phone forwarded", "1004 forwarded_always busy"));
}

TEST_F(ForwardingTest, APhoneThatComesTooLateDoesNotRing) {
  forward("1002", {.always = "1003"});
  call();
  rung("1003");
  register_anew("1002", phones_.of["1002"].front());
  EXPECT_TRUE(sent_.empty());
}

TEST_F(ForwardingTest, WhoGivesUpStopsWhoeverRings) {
  forward("1002", {.no_answer = "1003", .ring_seconds = 5});
  call();
  const Sent first = rung("1002");
  answer(first, 180);
  pass(5s);
  take(Method::cancel);
  answer(first, 487);
  const Sent second = rung("1003");
  answer(second, 180);
  RequestText cancel;
  cancel.sent_by = "192.0.2.1:5061";
  cancel.method = "CANCEL";
  receive(flow_of("1001"), cancel.text());
  EXPECT_EQ(take(Method::cancel).to, flow_of("1003"));
  EXPECT_EQ(last_outcome(), "cancelled");
}

}  // namespace
}  // namespace dering::feature
