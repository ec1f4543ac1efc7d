// SPDX-License-Identifier: Apache-2.0
#include "feature/dial.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::browser_answer;
using testing::browser_sdp;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sent;

constexpr std::string_view her_contact = "<sip:xyz@abc.invalid;transport=ws>";

class DialTest : public testing::Exchange {
 protected:
  void on_invite(sip::RequestArrived invite) override {
    phones_.of["1002"] = contacts_;
    DialPlan plan{{"1002", "Budi"}, {{60s}}};
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti Àdé"}, {}, "1002"}, dial(std::move(plan)), it);
  }

  RequestText invite_text() const {
    RequestText text;
    text.transport = "WSS";
    text.contact = "<sip:siti@q.invalid;transport=ws;ob>";
    text.more = "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,INFO\r\nSupported: timer\r\n";
    text.body = browser_sdp;
    return text;
  }
  RequestText inside(std::string method, const Sent& response, std::uint32_t cseq) const {
    RequestText text = invite_text();
    text.method = std::move(method);
    text.branch = "z9hG4bK" + std::to_string(cseq) + text.method;
    text.to_tag = response.message.to().tag();
    text.cseq = cseq;
    text.body.clear();
    return text;
  }
  /// The caller has called, the callee's phone was asked.
  Sent call() {
    receive(caller_, invite_text().text());
    return take(Method::invite);
  }
  void answer(const Sent& invite, std::string tag = "budi") {
    receive(invite.to, answer_text(invite.message, 200, tag, her_contact, browser_answer()));
  }
  static std::string with(std::string response, std::string_view field) {
    return response.insert(response.find("\r\n") + 2, fmt::format("{}\r\n", field));
  }
  /// Both talk; what the caller got.
  Sent talk() {
    Sent invite = call();
    answer(invite);
    rung_.emplace(std::move(invite));
    Sent ok = take(200);
    receive(caller_, inside("ACK", ok, 1).text());
    return ok;
  }

  /// The caller's page offers a direction and is answered with another; what its partner is told.
  Sent hold(const Sent& ok, std::uint32_t cseq, std::string_view way, std::string_view answer) {
    RequestText offer = inside("INVITE", ok, cseq);
    offer.body = browser_sdp;
    offer.body.replace(offer.body.find("sendrecv"), 8, way);
    sent_.clear();
    receive(caller_, offer.text());
    EXPECT_THAT(std::string(take(200).message.body()), HasSubstr(fmt::format("a={}", answer)));
    receive(caller_, inside("ACK", ok, cseq).text());
    pass(300ms);
    return take(Method::invite);
  }

  std::optional<Sent> rung_;  ///< by talk()
  sip::Flow caller_ = sip::testing::wss_flow(1);
  sip::Flow callee_ = sip::testing::wss_flow(2);
  sip::Flow other_ = sip::testing::wss_flow(3);
  std::vector<call::Contact> contacts_{{"sip:xyz@abc.invalid;transport=ws", callee_, {}}};
};

TEST_F(DialTest, RingsTheContactAsItRegisteredWithTheCallersName) {
  const Sent invite = call();
  EXPECT_EQ(invite.to, callee_);
  EXPECT_EQ(invite.message.request_uri(), "sip:xyz@abc.invalid;transport=ws");
  EXPECT_THAT(std::string(*invite.message.header(HeaderId::from)),
              HasSubstr("\"Siti Àdé\" <sip:1001@pbx.test>"));
  EXPECT_EQ(invite.message.to().uri.user, "1002");
  EXPECT_NE(invite.message.call_id(), invite_text().call_id);
  EXPECT_EQ(invite.message.header(HeaderId::session_expires), "1800;refresher=uac");
}

TEST_F(DialTest, CarriesACallFromRingingToHangUp) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  EXPECT_EQ(take(180).to, caller_);
  answer(invite);
  EXPECT_EQ(take(Method::ack).to, callee_);
  const Sent ok = take(200);
  EXPECT_EQ(ok.message.header(HeaderId::session_expires), "1800;refresher=uas");
  receive(caller_, inside("ACK", ok, 1).text());
  EXPECT_TRUE(calls_.is_in_call("1001"));
  EXPECT_TRUE(calls_.is_in_call("1002"));

  pass(5s);
  receive(caller_, inside("BYE", ok, 2).text());
  EXPECT_EQ(take(200).to, caller_);
  const Sent bye = take(Method::bye);
  EXPECT_EQ(bye.to, callee_);
  EXPECT_THAT(std::string(*bye.message.header(HeaderId::reason)), HasSubstr("\"answered\""));
  receive(callee_, answer_text(bye.message, 200));
  EXPECT_EQ(last_outcome(), "answered");
  EXPECT_EQ(out_.records.back().duration_ms, 5'000);
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DialTest, SealsTheMediaBetweenTwoPortsOfOneBridge) {
  const Sent invite = call();
  const std::string offer(invite.message.body());
  EXPECT_THAT(offer, HasSubstr("a=fingerprint:sha-256 00:11"));
  EXPECT_THAT(offer, HasSubstr("198.51.100.7 10000 typ host"));
  EXPECT_THAT(offer, Not(HasSubstr("a=ice-ufrag:abcd")));
  answer(invite);
  const std::string reply(take(200).message.body());
  EXPECT_THAT(reply, Not(HasSubstr("a=ice-ufrag:wxyz")));
  ASSERT_EQ(out_.commands.size(), 4U);
  EXPECT_EQ(out_.commands[1].open_port().ice().remote().ufrag(), "abcd");
  EXPECT_FALSE(out_.commands[2].open_port().ice().has_remote());
  EXPECT_EQ(out_.commands[3].update_port().port(), out_.commands[2].open_port().port());
  EXPECT_EQ(out_.commands[3].update_port().ice().remote().ufrag(), "wxyz");
  for (const auto& opened : opened()) EXPECT_FALSE(opened.has_keys() || opened.has_stream());
  for (const auto& update : updated()) EXPECT_FALSE(update.has_keys() || update.has_stream());
}

TEST_F(DialTest, TheFirstAnswerWinsAndTheOthersAreToldWhy) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent first = call();
  const Sent second = take(Method::invite);
  receive(other_, answer_text(second.message, 180, "two", her_contact));
  answer(first);
  const Sent cancel = take(Method::cancel);
  EXPECT_EQ(cancel.to, other_);
  EXPECT_EQ(cancel.message.header(HeaderId::reason),
            "SIP;cause=200;text=\"Call completed elsewhere\"");
  EXPECT_EQ(out_.commands.back().verb_case(), media::v2::Command::kClosePort);
  take(200);
}

TEST_F(DialTest, AnAnswerThatLosesTheRaceIsAcknowledgedAndEnded) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent first = call();
  const Sent second = take(Method::invite);
  answer(first);
  take(200);
  receive(other_, answer_text(second.message, 200, "two", her_contact, browser_answer()));
  EXPECT_EQ(take(Method::ack).to, other_);
  const Sent bye = take(Method::bye);
  EXPECT_EQ(bye.to, other_);
  receive(other_, answer_text(bye.message, 200));
  EXPECT_EQ(calls_.leg_count(), 2U);
}

TEST_F(DialTest, ASecondAnswerFromTheSamePhoneIsAcknowledgedAndEnded) {
  const Sent invite = call();
  answer(invite, "first");
  take(200);
  answer(invite, "second");
  EXPECT_EQ(take(Method::ack).message.to().tag(), "second");
  EXPECT_EQ(take(Method::bye).message.to().tag(), "second");
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(DialTest, ADeclineEndsTheCallWithOneWord) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 480, "budi"));
  const Sent final = take(603);
  EXPECT_THAT(std::string(*final.message.header(HeaderId::reason)), HasSubstr("\"declined\""));
  EXPECT_EQ(last_outcome(), "declined");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DialTest, WhatSomebodySaysWhenTheyDeclineIsToldToWhoCalledAlone) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent first = call();
  const Sent second = take(Method::invite);
  receive(other_, answer_text(second.message, 180, "two", her_contact));
  receive(callee_, with(answer_text(first.message, 603, "one"),
                        "Warning: 399 page \"I call you \\\"back\\\"\""));
  const Sent final = take(603);
  EXPECT_EQ(final.to, caller_);
  EXPECT_EQ(final.message.header(HeaderId::warning), R"(399 dering "I call you \"back\"")");
  EXPECT_THAT(std::string(*final.message.header(HeaderId::reason)), HasSubstr("\"declined\""));
  EXPECT_EQ(take(Method::cancel).message.header(HeaderId::warning), std::nullopt);
  EXPECT_EQ(last_outcome(), "declined");
}

TEST_F(DialTest, WhoDeclinesWithoutAWordSaysNone) {
  receive(callee_, answer_text(call().message, 603, "one"));
  EXPECT_EQ(take(603).message.header(HeaderId::warning), std::nullopt);
}

TEST_F(DialTest, WhatAPhoneSaysForAnotherReasonIsNoWordOfItsPerson) {
  receive(callee_, with(answer_text(call().message, 486, "one"), "Warning: 399 page \"Hm\""));
  EXPECT_EQ(take(486).message.header(HeaderId::warning), std::nullopt);
}

// UX1
TEST_F(DialTest, ARefusedMicrophoneIsNoDecline) {
  const Sent invite = call();
  receive(callee_, with(answer_text(invite.message, 480, "budi"),
                        "Reason: SIP;cause=480;text=\"no_microphone\""));
  const Sent final = take(480);
  EXPECT_THAT(std::string(*final.message.header(HeaderId::reason)), HasSubstr("\"no_microphone\""));
  EXPECT_EQ(last_outcome(), "no_microphone");
}

// UX2, IP3
TEST_F(DialTest, AConversationThatAPhoneGivesUpWithoutSoundIsLostForTheOtherToo) {
  const Sent ok = talk();
  RequestText bye = inside("BYE", ok, 2);
  bye.more += "Reason: SIP ;cause=408; text=\"RTP Timeout\"\r\n";
  receive(caller_, bye.text());
  take(200);
  EXPECT_THAT(std::string(*take(Method::bye).message.header(HeaderId::reason)),
              HasSubstr("\"lost\""));
  EXPECT_EQ(last_outcome(), "lost");
}

TEST_F(DialTest, BusyIsToldOnlyWhenNobodyElseMayAnswer) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent first = call();
  const Sent second = take(Method::invite);
  receive(callee_, answer_text(first.message, 486, "one"));
  EXPECT_EQ(last_outcome(), "");
  receive(other_, answer_text(second.message, 500, "two"));
  take(486);
  EXPECT_EQ(last_outcome(), "busy");
}

TEST_F(DialTest, SixHundredStopsAllPhonesOfThePerson) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent first = call();
  const Sent second = take(Method::invite);
  receive(other_, answer_text(second.message, 180, "two", her_contact));
  receive(callee_, answer_text(first.message, 603, "one"));
  EXPECT_EQ(take(603).to, caller_);
  EXPECT_EQ(take(Method::cancel).to, other_);
}

TEST_F(DialTest, NobodyAnswersInTime) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  pass(61s);
  take(408);
  EXPECT_EQ(last_outcome(), "no_answer");
}

TEST_F(DialTest, WithoutAnyPhoneTheCalleeIsOffline) {
  contacts_.clear();
  receive(caller_, invite_text().text());
  take(480);
  EXPECT_EQ(last_outcome(), "offline");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DialTest, ACancelReachesTheRingingPhone) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  RequestText cancel = invite_text();
  cancel.method = "CANCEL";
  cancel.body.clear();
  receive(caller_, cancel.text());
  take(487);
  EXPECT_EQ(take(Method::cancel).to, callee_);
  receive(callee_, answer_text(invite.message, 487, "budi"));
  EXPECT_EQ(last_outcome(), "cancelled");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DialTest, APageThatIsLoadedAnewRingsOn) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  receive(callee_, answer_text(invite.message, 410, "budi"));
  close(callee_);
  pass(reload_time - 1s);
  sent_.clear();
  register_anew("1002", {"sip:new@abc.invalid;transport=ws", other_, {}});
  const Sent again = take(Method::invite);
  EXPECT_EQ(again.to, other_);
  EXPECT_EQ(again.message.request_uri(), "sip:new@abc.invalid;transport=ws");
  pass(2 * reload_time);
  EXPECT_EQ(last_outcome(), "");
  answer(again);
  EXPECT_EQ(take(200).to, caller_);
}

TEST_F(DialTest, APageThatDoesNotComeBackIsOffline) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  close(callee_);
  pass(reload_time - 1s);
  EXPECT_EQ(last_outcome(), "");
  pass(1s);
  EXPECT_EQ(take(480).to, caller_);
  EXPECT_EQ(last_outcome(), "offline");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DialTest, APageThatIsGoneWhenTheTimeIsUpIsOfflineToo) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  pass(59s);
  close(callee_);
  pass(1s);
  EXPECT_EQ(last_outcome(), "offline");
}

TEST_F(DialTest, AConnectionThatComesBackRingsThere) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  close(callee_);
  sent_.clear();
  register_anew("1002", {contacts_[0].uri, other_, {}});
  EXPECT_EQ(take(Method::invite).to, other_);
}

TEST_F(DialTest, APhoneThatRegistersWhileItRingsRingsTooAndOnce) {
  call();
  sent_.clear();
  register_anew("1002", contacts_[0]);
  register_anew("1001", {"sip:siti2@abc.invalid;transport=ws", other_, {}});
  EXPECT_TRUE(sent_.empty()) << "it rings already, or is the caller's";
  register_anew("1002", {"sip:1002@192.0.2.9", sip::testing::udp_flow(), {}});
  EXPECT_EQ(take(Method::invite).to, sip::testing::udp_flow());
  const call::Contact second{"sip:two@def.invalid;transport=ws", other_, {}};
  register_anew("1002", second);
  receive(other_, answer_text(take(Method::invite).message, 486, "two"));
  sent_.clear();
  register_anew("1002", second);
  EXPECT_TRUE(sent_.empty()) << "who was busy is not asked again";
}

TEST_F(DialTest, APhoneThatIsGoneDoesNotDelayTheNoOfThePerson) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  call();
  const Sent second = take(Method::invite);
  close(callee_);
  receive(other_, answer_text(second.message, 603, "two"));
  take(603);
}

TEST_F(DialTest, RingsNoMoreThanSoManyPhones) {
  call();
  std::size_t rung = 1;
  for (std::uint64_t i = 0; i < 2 * DialPlan{}.house.ringing.most_phones; ++i) {
    sent_.clear();
    register_anew(
        "1002", {"sip:x" + std::to_string(i) + "@a.invalid", sip::testing::wss_flow(100 + i), {}});
    rung += sent_.size();
  }
  EXPECT_EQ(rung, DialPlan{}.house.ringing.most_phones);
}

TEST_F(DialTest, AsManyPhonesRingAsTheEngineHasPortsForAndNoMore) {
  media::v2::Event event;
  event.mutable_ready()->add_addresses("198.51.100.7");
  event.mutable_ready()->add_udp_ports(10'000);
  event.mutable_ready()->set_ports_per_bridge(4);
  tell_engine_event(event);
  for (std::uint64_t i = 0; i < 6; ++i) {
    contacts_.push_back(
        {"sip:x" + std::to_string(i) + "@a.invalid", sip::testing::wss_flow(100 + i), {}});
  }
  const Sent invite = call();
  EXPECT_EQ(std::ranges::count_if(
                sent_, [](const Sent& sent) { return sent.message.method() == Method::invite; }),
            2);
  // A phone that refuses makes room for the next that comes.
  receive(callee_, answer_text(invite.message, 486, "budi"));
  sent_.clear();
  register_anew("1002", {"sip:late@a.invalid", sip::testing::wss_flow(200), {}});
  EXPECT_EQ(take(Method::invite).to, sip::testing::wss_flow(200));
}

TEST_F(DialTest, APortThatTheEngineRefusesCostsOnePhoneAndNotTheCall) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent invite = call();
  const Sent second = take(Method::invite);
  const auto& command = out_.commands.at(2);
  ASSERT_TRUE(command.has_open_port());
  media::v2::Event event;
  event.mutable_refused()->set_command_id(command.id());
  tell_engine_event(event);
  EXPECT_EQ(last_outcome(), "");
  receive(callee_, answer_text(invite.message, 100));
  EXPECT_EQ(calls_.call_count(), 1U);
  answer(second, "two");
  EXPECT_EQ(take(200).to, caller_);
}

TEST_F(DialTest, APortThatTheEngineRefusesTheCallerEndsTheCall) {
  call();
  media::v2::Event event;
  event.mutable_refused()->set_command_id(out_.commands.at(1).id());
  tell_engine_event(event);
  EXPECT_EQ(last_outcome(), "media_unavailable");
}

TEST_F(DialTest, ABridgeThatTheEngineRefusesEndsTheCall) {
  call();
  media::v2::Event event;
  event.mutable_refused()->set_command_id(out_.commands.at(0).id());
  tell_engine_event(event);
  EXPECT_EQ(last_outcome(), "media_unavailable");
}

TEST_F(DialTest, TheRecordNamesEveryPhoneThatTookPart) {
  contacts_.push_back({"sip:two@def.invalid;transport=ws", other_, {}});
  const Sent invite = call();
  const Sent second = take(Method::invite);
  answer(second, "two");
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  receive(caller_, inside("BYE", ok, 2).text());
  const auto& stays = out_.records.back().stays;
  ASSERT_EQ(stays.size(), 3U);
  EXPECT_EQ(stays[0].person + stays[0].role + stays[0].outcome, "1001calleranswered");
  EXPECT_EQ(stays[1].person + stays[1].role + stays[1].outcome, "1002calleeelsewhere");
  EXPECT_EQ(stays[2].person + stays[2].role + stays[2].outcome, "1002calleeanswered");
  EXPECT_EQ(std::set({stays[0].leg, stays[1].leg, stays[2].leg}).size(), 3U);
}

TEST_F(DialTest, ACallerWhosePageIsClosedStopsTheRinging) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  close(caller_);
  EXPECT_EQ(take(Method::cancel).to, callee_);
  EXPECT_EQ(last_outcome(), "caller_gone");
}

TEST_F(DialTest, AnEstablishedCallOutlivesALostConnectionForThirtySeconds) {
  talk();
  close(callee_);
  pass(29s);
  EXPECT_EQ(last_outcome(), "");
  pass(2s);
  EXPECT_EQ(last_outcome(), "lost");
  EXPECT_EQ(take(Method::bye).to, caller_);
}

TEST_F(DialTest, APhoneThatCameBackIsAskedWhetherItKnowsTheCall) {
  talk();
  const sip::Flow back = sip::testing::wss_flow(9);
  close(caller_);
  move("1001", caller_, back);
  const Sent update = take(Method::update);
  EXPECT_EQ(update.to, back);
  receive(back, answer_text(update.message, 481));
  EXPECT_EQ(last_outcome(), "lost");
  EXPECT_EQ(take(Method::bye).to, callee_);
}

TEST_F(DialTest, APageThatWasLoadedAnewDoesNotKnowTheContactOfTheOneBefore) {
  talk();
  const sip::Flow back = sip::testing::wss_flow(9);
  close(caller_);
  move("1001", caller_, back);
  receive(back, answer_text(take(Method::update).message, 404));
  pass(24s);
  EXPECT_EQ(last_outcome(), "") << "it may come back in another dialog (feature/reentry_test)";
  pass(2s);
  EXPECT_EQ(last_outcome(), "lost");
  EXPECT_EQ(take(Method::bye).to, callee_);
  EXPECT_EQ(calls_.leg_count(), 1U);  // nobody is left to say goodbye to on the other side
}

TEST_F(DialTest, APhoneThatCameBackAfterItsBindingWasForgottenIsKnownByItsInstance) {
  contacts_[0].instance = "urn:uuid:budi";
  talk();
  close(callee_);
  pass(20s);
  const sip::Flow back = sip::testing::wss_flow(9);
  register_anew("1002", {"sip:new@abc.invalid;transport=ws", back, "urn:uuid:budi"});
  // This phone did not allow UPDATE.
  EXPECT_EQ(take(Method::invite).to, back);
}

TEST_F(DialTest, ACallerWhoChangesConnectionsBeforeAnAnswerIsGone) {
  const Sent invite = call();
  receive(callee_, answer_text(invite.message, 180, "budi", her_contact));
  move("1001", caller_, sip::testing::wss_flow(9));
  EXPECT_EQ(take(Method::cancel).to, callee_);
  EXPECT_EQ(last_outcome(), "caller_gone");
}

// ---- Hold of a sealed call ----------------------------------------------------------------------

TEST_F(DialTest, AHoldIsAnsweredByUsAndTheOtherPageIsToldByAnOfferOfOurs) {
  const Sent ok = talk();
  const Sent held = hold(ok, 2, "sendonly", "recvonly");
  EXPECT_EQ(held.to, callee_);
  EXPECT_THAT(std::string(held.message.body()), HasSubstr("a=sendonly"));
  EXPECT_THAT(std::string(held.message.body()), HasSubstr("a=setup:actpass"));
  EXPECT_EQ(held.message.header("X-Dering-Media"), "sealed");
  receive(callee_, answer_text(held.message, 200, {}, her_contact, browser_answer()));
  EXPECT_EQ(take(Method::ack).to, callee_);
  // And not again, whatever else happens.
  sent_.clear();
  pass(10s);
  EXPECT_TRUE(sent_.empty());
  const Sent resumed = hold(ok, 3, "sendrecv", "sendrecv");
  EXPECT_EQ(resumed.to, callee_);
  EXPECT_THAT(std::string(resumed.message.body()), HasSubstr("a=sendrecv"));
  EXPECT_TRUE(joined().empty()) << "the engine has no part in it";
}

TEST_F(DialTest, TwoPagesThatHoldAtOnceMeetNoOfferOfOursS35) {
  const Sent ok = talk();
  const std::string ours(rung_->message.from().tag());
  const auto offer = [&](const sip::Flow& from, RequestText text) {
    text.body = browser_sdp;
    text.body.replace(text.body.find("sendrecv"), 8, "sendonly");
    receive(from, text.text());
  };
  sent_.clear();
  offer(caller_, inside("INVITE", ok, 2));
  pass(100ms);
  RequestText his;
  his.method = "INVITE";
  his.transport = "WSS";
  his.branch = "z9hG4bKhis";
  his.from = "<sip:1002@pbx.test>";
  his.from_tag = "budi";
  his.to = "<sip:1001@pbx.test>";
  his.to_tag = ours;
  his.call_id = rung_->message.call_id();
  offer(callee_, his);
  EXPECT_EQ(take(200).to, caller_);
  EXPECT_EQ(take(200).to, callee_);
  pass(199ms);
  EXPECT_TRUE(sent_.empty()) << "both still have to acknowledge, and none is made an offer";
  receive(caller_, inside("ACK", ok, 2).text());
  his.method = "ACK";
  receive(callee_, his.text());
  pass(300ms);
  const std::set told{take(Method::invite).to, take(Method::invite).to};
  EXPECT_EQ(told, (std::set{caller_, callee_}));
}

TEST_F(DialTest, APageThatOffersItselfWhenItIsToldOfTheHoldIsToldAgainS35) {
  const Sent ok = talk();
  const Sent held = hold(ok, 2, "inactive", "inactive");
  receive(callee_, answer_text(held.message, 491));
  sent_.clear();
  pass(1s);
  EXPECT_TRUE(sent_.empty());
  pass(4s);
  EXPECT_THAT(std::string(take(Method::invite).message.body()), HasSubstr("a=sendonly"));
}

TEST_F(DialTest, APageThatRefusesToBeToldIsLeftInPeaceUntilSomethingElseIsToBeSaid) {
  const Sent ok = talk();
  const Sent held = hold(ok, 2, "sendonly", "recvonly");
  receive(callee_, answer_text(held.message, 488));
  sent_.clear();
  pass(60s);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(DialTest, ThePageKeepsItsPartInTheHandshakeWhenItWasToldOfAHold) {
  const Sent ok = talk();
  const Sent held = hold(ok, 2, "sendonly", "recvonly");
  // The page that called answers as the client that it was from the beginning.
  receive(callee_, answer_text(held.message, 200, {}, her_contact, browser_answer()));
  RequestText refresh;
  refresh.method = "INVITE";
  refresh.transport = "WSS";
  refresh.from = "<sip:1002@pbx.test>";
  refresh.from_tag = "budi";
  refresh.to = "<sip:1001@pbx.test>";
  refresh.to_tag = held.message.from().tag();
  refresh.call_id = held.message.call_id();
  refresh.body = browser_answer();
  refresh.body.replace(refresh.body.find("active"), 6, "actpass");
  receive(callee_, refresh.text());
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("a=setup:passive"));
}

// ---- Pictures beside the sound ------------------------------------------------------------------

constexpr std::string_view picture =
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\n"
    "a=content:slides\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n";

/// The same with a picture in the bundle.
std::string with_picture(std::string sdp, std::string_view way = "sendrecv") {
  sdp.replace(sdp.find("BUNDLE 0"), 8, "BUNDLE 0 1");
  std::string section(picture);
  section.replace(section.find("sendrecv"), 8, way);
  return sdp + section;
}

class PicturesTest : public DialTest {
 protected:
  /// The caller's page offers a picture; what the other page is offered.
  Sent offer_picture(const Sent& ok, std::uint32_t cseq) {
    RequestText offer = inside("INVITE", ok, cseq);
    offer.body = with_picture(std::string(browser_sdp));
    sent_.clear();
    receive(caller_, offer.text());
    return take(Method::invite);
  }
  void takes_picture(const Sent& offer) {
    const std::string answer = with_picture(browser_answer(), "recvonly");
    receive(callee_, answer_text(offer.message, 200, {}, her_contact, answer));
  }
  /// An offer of the callee's page, beside which it may have been made one.
  RequestText his(std::string body, std::string method = "INVITE") const {
    RequestText text;
    text.method = std::move(method);
    text.transport = "WSS";
    text.branch = "z9hG4bKhis" + text.method;
    text.from = "<sip:1002@pbx.test>";
    text.from_tag = "budi";
    text.to = "<sip:1001@pbx.test>";
    text.to_tag = rung_->message.from().tag();
    text.call_id = rung_->message.call_id();
    text.body = std::move(body);
    return text;
  }
};

TEST_F(PicturesTest, AnOfferOfAPictureIsAnsweredByTheOtherPageS34) {
  const Sent ok = talk();
  const Sent offer = offer_picture(ok, 2);
  EXPECT_EQ(offer.to, callee_);
  const std::string offered(offer.message.body());
  EXPECT_THAT(offered, HasSubstr("m=video 10000 UDP/TLS/RTP/SAVPF 96"));
  EXPECT_THAT(offered, HasSubstr("a=group:BUNDLE 0 1"));
  EXPECT_THAT(offered, HasSubstr("a=content:slides"));
  EXPECT_THAT(offered, HasSubstr("a=rtcp-fb:96 nack pli"));
  EXPECT_THAT(offered, Not(HasSubstr("abcd"))) << "its credentials are not for the other page";
  takes_picture(offer);
  EXPECT_EQ(take(Method::ack).to, callee_);
  const Sent answer = take(200);
  EXPECT_EQ(answer.to, caller_);
  const std::string answered(answer.message.body());
  EXPECT_THAT(answered, HasSubstr("m=video 10000 UDP/TLS/RTP/SAVPF 96"));
  EXPECT_THAT(answered, HasSubstr("a=recvonly"));
  EXPECT_THAT(answered, HasSubstr("a=setup:active"));
}

TEST_F(PicturesTest, WhatTheOtherPageRefusesIsRefusedInA200S23) {
  const Sent ok = talk();
  const Sent offer = offer_picture(ok, 2);
  receive(callee_, answer_text(offer.message, 488));
  const Sent answer = take(200);
  EXPECT_EQ(answer.to, caller_);
  EXPECT_THAT(std::string(answer.message.body()), HasSubstr("m=video 0 UDP/TLS/RTP/SAVPF 96"));
  EXPECT_THAT(std::string(answer.message.body()), HasSubstr("a=group:BUNDLE 0\r\n"));
}

TEST_F(PicturesTest, OfTwoOffersAtOnceTheSecondIsRefusedInA200AndTheFirstComesAgain) {
  const Sent ok = talk();
  const Sent offer = offer_picture(ok, 2);
  receive(callee_, his(with_picture(std::string(browser_sdp))).text());
  const Sent refused = take(200);
  EXPECT_EQ(refused.to, callee_);
  EXPECT_THAT(std::string(refused.message.body()), HasSubstr("m=video 0 "));
  receive(callee_, answer_text(offer.message, 491));
  receive(callee_, his({}, "ACK").text());
  sent_.clear();
  pass(299ms);
  EXPECT_TRUE(sent_.empty());
  pass(1ms);
  const Sent again = take(Method::invite);
  EXPECT_EQ(again.to, callee_);
  takes_picture(again);
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("m=video 10000 "));
}

TEST_F(PicturesTest, AnOfferThatNeverFitsIsAnsweredHereAfterAWhile) {
  const Sent ok = talk();
  receive(callee_, answer_text(offer_picture(ok, 2).message, 491));
  for (int i = 0; i < 9; ++i) {
    pass(300ms);
    receive(callee_, answer_text(take(Method::invite).message, 491));
  }
  sent_.clear();
  pass(300ms);
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("m=video 0 "));
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(PicturesTest, AHoldIsNotPassedOnAndSaysNoMoreThanWasAgreed) {
  const Sent ok = talk();
  takes_picture(offer_picture(ok, 2));
  receive(caller_, inside("ACK", ok, 2).text());
  RequestText held = inside("INVITE", ok, 3);
  held.body = with_picture(std::string(browser_sdp), "sendonly");
  held.body.replace(held.body.find("a=sendrecv"), 10, "a=sendonly");
  sent_.clear();
  receive(caller_, held.text());
  EXPECT_EQ(take(200).to, caller_);
  receive(caller_, inside("ACK", ok, 3).text());
  pass(300ms);
  const Sent told = take(Method::invite);
  const auto description = sdp::SessionDescription::parse(std::string(told.message.body()));
  ASSERT_TRUE(description);
  EXPECT_THAT(sdp::directions(*description),
              ::testing::ElementsAre(sdp::Direction::sendonly, sdp::Direction::sendonly));
}

TEST_F(PicturesTest, WhoHangsUpMeanwhileLeavesNoOfferWithoutAnAnswer) {
  const Sent ok = talk();
  offer_picture(ok, 2);
  sent_.clear();
  receive(callee_, his({}, "BYE").text());
  EXPECT_EQ(take(Method::bye).to, caller_);
  EXPECT_EQ(take(487).to, caller_);
  EXPECT_EQ(last_outcome(), "answered");
}

TEST_F(DialTest, AnIceRestartBringsNewCredentialsToTheEngine) {
  const Sent ok = talk();
  RequestText restart = inside("INVITE", ok, 2);
  restart.body = browser_sdp;
  restart.body.replace(restart.body.find("abcd"), 4, "efgh");
  out_.commands.clear();
  receive(caller_, restart.text());
  ASSERT_EQ(out_.commands.size(), 1U);
  const auto& update = out_.commands[0].update_port();
  EXPECT_EQ(update.ice().remote().ufrag(), "efgh");
  EXPECT_THAT(std::string(take(200).message.body()),
              HasSubstr("a=ice-ufrag:" + update.ice().local().ufrag()));
}

TEST_F(DialTest, ADigitGoesToTheOtherPhone) {
  const Sent ok = talk();
  RequestText info = inside("INFO", ok, 2);
  info.body = "Signal=5\r\nDuration=100";
  info.content_type = "application/dtmf-relay";
  receive(caller_, info.text());
  const Sent passed = take(Method::info);
  EXPECT_EQ(passed.to, callee_);
  EXPECT_EQ(passed.message.body(), info.body);
  receive(callee_, answer_text(passed.message, 200));
  EXPECT_EQ(take(200).to, caller_);
}

TEST_F(DialTest, FR18_ADigitIsOneHoweverItsMediaTypeIsWritten) {
  const Sent ok = talk();
  std::uint32_t cseq = 2;
  for (const char* type : {"Application/DTMF-Relay", "application/dtmf-relay;charset=utf-8",
                           "application / dtmf ; x=\"y;z\""}) {
    RequestText info = inside("INFO", ok, cseq++);
    info.body = "Signal=5\r\nDuration=100";
    info.content_type = type;
    receive(caller_, info.text());
    const Sent passed = take(Method::info);
    EXPECT_EQ(passed.message.header(HeaderId::content_type), type);
    receive(callee_, answer_text(passed.message, 200));
    EXPECT_EQ(take(200).to, caller_);
  }
  RequestText info = inside("INFO", ok, cseq);
  info.body = "hello";
  info.content_type = "application/dtmf-relays";
  receive(caller_, info.text());
  EXPECT_EQ(take(415).to, caller_);
}

TEST_F(DialTest, FR20_TheContactOfACallNamesTheNumberAndNothingElse) {
  RequestText invite = invite_text();
  invite.uri = "tel:1-002;phone-context=pbx.test";
  receive(caller_, invite.text());
  answer(take(Method::invite));
  const Sent ok = take(200);
  const auto contact = ok.message.header(HeaderId::contact);
  ASSERT_TRUE(contact);
  EXPECT_TRUE(contact->starts_with("<sip:1002@")) << *contact;
}

TEST_F(DialTest, WeRefreshBothSidesAtHalfTime) {
  talk();
  sent_.clear();
  pass(901s);
  EXPECT_EQ(take(Method::update).to, caller_);
}

TEST_F(DialTest, TheEngineGoneForGoodEndsTheCallWithItsName) {
  talk();
  {
    auto it = turn();
    calls_.on_engine_lost(it);
  }
  pass(11s);
  EXPECT_EQ(last_outcome(), "media_lost");
}

TEST_F(DialTest, WithoutAnEngineABrowserIsTold503) {
  {
    auto it = turn();
    calls_.on_engine_lost(it);
  }
  receive(caller_, invite_text().text());
  take(503);
  EXPECT_EQ(last_outcome(), "media_unavailable");
}

TEST_F(DialTest, AByeBeforeTheAckOfTheCallerWaitsForIt) {
  const Sent invite = call();
  answer(invite);
  const Sent ok = take(200);
  sent_.clear();
  RequestText bye;
  bye.method = "BYE";
  bye.transport = "WSS";
  bye.from = "<sip:1002@pbx.test>";
  bye.from_tag = "budi";
  bye.to = "<sip:1001@pbx.test>";
  bye.to_tag = invite.message.from().tag();
  bye.call_id = invite.message.call_id();
  receive(callee_, bye.text());
  EXPECT_EQ(take(200).to, callee_);
  EXPECT_TRUE(sent_.empty());
  receive(caller_, inside("ACK", ok, 1).text());
  EXPECT_EQ(take(Method::bye).to, caller_);
}

}  // namespace
}  // namespace dering::feature
