// SPDX-License-Identifier: Apache-2.0
//
// Desk phones among themselves: descriptions pass through, the engine is never asked.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "feature/dial.h"
#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::desk_sdp;
using testing::Sent;

class DirectTest : public testing::Exchange {
 protected:
  void on_invite(sip::RequestArrived invite) override {
    phones_.of["1002"] = {{"sip:1002@192.0.2.2:5070", callee_, {}}};
    DialPlan plan{{"1002", "Budi"}, 60s};
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "1002"}, dial(std::move(plan)), it);
  }
  RequestText inside(std::string method, const Sent& response, std::uint32_t cseq) const {
    RequestText text;
    text.method = std::move(method);
    text.branch = "z9hG4bK" + std::to_string(cseq) + text.method;
    text.to_tag = response.message.to().tag();
    text.cseq = cseq;
    return text;
  }
  Sent call(std::string_view sdp) {
    RequestText invite;
    invite.body = sdp;
    receive(caller_, invite.text());
    return take(Method::invite);
  }

  sip::Flow caller_ = sip::testing::udp_flow(5060);
  sip::Flow callee_ = sip::testing::udp_flow(5070);
};

TEST_F(DirectTest, DescriptionsPassUnchangedAndTheEngineIsNotAsked) {
  const Sent invite = call(desk_sdp);
  EXPECT_EQ(invite.message.body(), desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  EXPECT_EQ(take(200).message.body(), desk_sdp);
  EXPECT_TRUE(out_.commands.empty());
}

TEST_F(DirectTest, ALateOfferTravelsIn200AndItsAnswerInAck) {
  const Sent invite = call({});
  EXPECT_TRUE(invite.message.body().empty());
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  EXPECT_EQ(ok.message.body(), desk_sdp);
  EXPECT_TRUE(sent_.empty());
  RequestText ack = inside("ACK", ok, 1);
  ack.body = desk_sdp;
  receive(caller_, ack.text());
  const Sent passed = take(Method::ack);
  EXPECT_EQ(passed.to, callee_);
  EXPECT_EQ(passed.message.body(), desk_sdp);
}

TEST_F(DirectTest, AHoldTravelsToTheOtherPhoneAndItsAnswerBack) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  RequestText hold = inside("INVITE", ok, 2);
  hold.body = desk_sdp;
  receive(caller_, hold.text());
  const Sent passed = take(Method::invite);
  EXPECT_EQ(passed.to, callee_);
  receive(callee_, answer_text(passed.message, 200, {}, "<sip:1002@192.0.2.2:5070>", desk_sdp));
  EXPECT_EQ(take(Method::ack).to, callee_);
  EXPECT_EQ(take(200).to, caller_);
}

TEST_F(DirectTest, APhoneThatDoesNotAnswerTheRefreshIsStillToldThatTheCallEnded) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  pass(901s);
  sent_.clear();
  pass(40s);
  EXPECT_EQ(last_outcome(), "lost");
  std::set<sip::Flow> told;
  for (const Sent& sent : sent_) {
    if (sent.message.is_request() && sent.message.method() == Method::bye) told.insert(sent.to);
  }
  EXPECT_EQ(told, (std::set{caller_, callee_}));
}

TEST_F(DirectTest, AMissingAckEndsBothSides) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  take(200);
  pass(33s);
  EXPECT_EQ(last_outcome(), "lost");
  EXPECT_EQ(take(Method::bye).to, callee_);
  EXPECT_EQ(take(Method::bye).to, caller_);
  pass(33s);
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DirectTest, IP8_AnAckWithoutTheAnswerToALateOfferEndsTheCall) {
  const Sent invite = call({});
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  EXPECT_EQ(last_outcome(), "incompatible");
  std::set<sip::Flow> told;
  for (const Sent& sent : sent_) {
    if (sent.message.is_request() && sent.message.method() == Method::bye) told.insert(sent.to);
  }
  EXPECT_EQ(told, (std::set{caller_, callee_}));
}

TEST_F(DirectTest, IP5_ASessionThatIsTooShortIsRefusedWithWhatWouldDo) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  RequestText update = inside("UPDATE", ok, 2);
  update.more = "Supported: timer\r\nSession-Expires: 45\r\n";
  receive(caller_, update.text());
  EXPECT_EQ(take(422).message.header(sip::HeaderId::min_se), "90");
}

TEST_F(DirectTest, IP5_ACallerWhoRefreshesIsGivenUpWhenItDoesNot) {
  RequestText text;
  text.body = desk_sdp;
  text.more = "Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n";
  receive(caller_, text.text());
  const Sent invite = take(Method::invite);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  EXPECT_EQ(ok.message.header(sip::HeaderId::session_expires), "600;refresher=uac");
  EXPECT_TRUE(ok.message.lists(sip::HeaderId::require, "timer"));
  receive(caller_, inside("ACK", ok, 1).text());
  pass(300s);
  RequestText update = inside("UPDATE", ok, 2);
  update.more = text.more;
  receive(caller_, update.text());
  take(200);
  pass(567s);
  EXPECT_EQ(last_outcome(), "");
  pass(1s);
  EXPECT_EQ(last_outcome(), "lost");
  EXPECT_EQ(take(Method::bye).to, caller_);
}

TEST_F(DirectTest, IP5_APhoneThatWantsLongerSessionsIsAskedAgainOnce) {
  const Sent invite = call(desk_sdp);
  auto too_small = [&](const Sent& to, std::string_view least) {
    std::string text = answer_text(to.message, 422, "b");
    text.insert(text.find("\r\n") + 2, fmt::format("Min-SE: {}\r\n", least));
    receive(callee_, text);
  };
  too_small(invite, "3600");
  take(Method::ack);
  const Sent again = take(Method::invite);
  EXPECT_EQ(again.message.header(sip::HeaderId::session_expires), "3600;refresher=uac");
  EXPECT_EQ(again.message.header(sip::HeaderId::min_se), "3600");
  EXPECT_EQ(again.message.call_id(), invite.message.call_id());
  EXPECT_EQ(again.message.cseq().number, 2U);
  too_small(again, "3600");
  EXPECT_EQ(last_outcome(), "failed");
}

TEST_F(DirectTest, FR13_APhoneThatSendsTheCallerOnIsFollowed) {
  const sip::Flow third = sip::testing::udp_flow(5080);
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", third, {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_,
          answer_text(invite.message, 302, "b",
                      "<sip:elsewhere@example.net>, <sip:1003@pbx.test;user=phone>;q=0.5"));
  const Sent next = take(Method::invite);
  EXPECT_EQ(next.to, third);
  receive(third, answer_text(next.message, 200, "c", "<sip:1003@192.0.2.3:5080>", desk_sdp));
  EXPECT_EQ(take(200).to, caller_);
}

TEST_F(DirectTest, FR13_TwoPhonesThatSendEachOtherOnDoNotGoRound) {
  const sip::Flow third = sip::testing::udp_flow(5080);
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", third, {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 302, "b", "<sip:1003@pbx.test>"));
  const Sent next = take(Method::invite);
  receive(third, answer_text(next.message, 301, "c", "<sip:1002@pbx.test>"));
  EXPECT_EQ(last_outcome(), "failed");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DirectTest, FR13_NobodyIsSentOnToTheOutside) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 302, "b", "<sip:00390612345@example.net>"));
  EXPECT_EQ(last_outcome(), "failed");
}

TEST_F(DirectTest, FR13_WhoHasTheSameNumberElsewhereIsNobodyHere) {
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", sip::testing::udp_flow(5080), {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 302, "b", "<sip:1003@example.net>"));
  EXPECT_EQ(last_outcome(), "failed");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DirectTest, FR13_ACallIsSentOnForGoodToo) {
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", sip::testing::udp_flow(5080), {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 301, "b", "<sip:1003@pbx.test>"));
  ASSERT_EQ(last_outcome(), "");
  EXPECT_EQ(take(Method::invite).to, sip::testing::udp_flow(5080));
}

TEST_F(DirectTest, FR13_ACallIsSentOnAFewTimesAndNoFurther) {
  const auto flow_of = [](std::size_t i) {
    return sip::testing::udp_flow(static_cast<std::uint16_t>(6000 + i));
  };
  Sent last = call(desk_sdp);
  const auto send_on_to = [&](std::size_t i) {
    phones_.of[std::to_string(2000 + i)] = {{"sip:next@192.0.2.3", flow_of(i), {}}};
    receive(last.to,
            answer_text(last.message, 302, "b", fmt::format("<sip:{}@pbx.test>", 2000 + i)));
  };
  for (std::size_t i = 1; i <= most_redirections; ++i) {
    send_on_to(i);
    last = take(Method::invite);
    ASSERT_EQ(last.to, flow_of(i));
  }
  send_on_to(most_redirections + 1);
  EXPECT_EQ(last_outcome(), "failed");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DirectTest, AHoldWhoseOtherPartyIsOnItsWayIsAnswered) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  // The callee's phone offers, and the caller's offer crosses it: glare, which desk phones know.
  RequestText hold = inside("INVITE", ok, 2);
  hold.body = desk_sdp;
  receive(caller_, hold.text());
  RequestText second = inside("UPDATE", ok, 3);
  second.body = desk_sdp;
  receive(caller_, second.text());
  EXPECT_EQ(take(491).to, caller_);
}

}  // namespace
}  // namespace dering::feature
