// SPDX-License-Identifier: Apache-2.0
//
// Desk phones among themselves: each makes its offers and answers with the engine, which passes on.
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
using ::testing::HasSubstr;
using testing::Sent;

constexpr std::string_view other_desk_sdp =
    "v=0\r\no=- 9 9 IN IP4 192.0.2.77\r\ns=-\r\nc=IN IP4 192.0.2.77\r\nt=0 0\r\n"
    "m=audio 7000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

class DeskTest : public testing::Exchange {
 protected:
  void on_invite(sip::RequestArrived invite) override {
    phones_.of["1002"] = {{"sip:1002@192.0.2.2:5070", callee_, {}}};
    for (const call::Contact& more : more_) phones_.of["1002"].push_back(more);
    DialPlan plan{{"1002", "Budi"}, {{60s}}};
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "1002"}, dial(std::move(plan)), it);
  }
  RequestText inside(std::string method, const Sent& response, std::uint32_t cseq) const {
    RequestText text;
    text.method = std::move(method);
    text.branch = "z9hG4bK" + std::to_string(cseq) + text.method;
    text.to_tag = response.message.to().tag();
    text.cseq = cseq;
    text.call_id = "call-1";
    return text;
  }
  Sent call(std::string_view sdp, int number = 1) {
    RequestText invite;
    invite.call_id = fmt::format("call-{}", number);
    invite.branch = fmt::format("z9hG4bKinvite{}", number);
    invite.body = sdp;
    receive(caller_, invite.text());
    return take(Method::invite);
  }
  void answer(const Sent& invite, std::string_view sdp = desk_sdp) {
    receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", sdp));
  }
  /// Both talk; what the caller was told.
  Sent talk(int number = 1) {
    Sent invite = call(desk_sdp, number);
    answer(invite);
    rung_.emplace(std::move(invite));
    Sent ok = take(200);
    RequestText ack = inside("ACK", ok, 1);
    ack.call_id = fmt::format("call-{}", number);
    receive(caller_, ack.text());
    opened_ = opened();
    return ok;
  }
  /// The caller's phone offers this.
  void offers(const Sent& ok, std::uint32_t cseq, std::string sdp) {
    RequestText offer = inside("INVITE", ok, cseq);
    offer.body = std::move(sdp);
    receive(caller_, offer.text());
    RequestText ack = inside("ACK", ok, cseq);
    receive(caller_, ack.text());
  }
  /// The called phone offers this.
  void callee_offers(std::uint32_t cseq, std::string sdp) {
    RequestText offer;
    offer.method = "UPDATE";
    offer.branch = fmt::format("z9hG4bKcallee{}", cseq);
    offer.from = "<sip:1002@pbx.test>";
    offer.from_tag = "b";
    offer.to = "<sip:1001@pbx.test>";
    offer.to_tag = rung_->message.from().tag();
    offer.call_id = rung_->message.call_id();
    offer.contact = "<sip:1002@192.0.2.2:5070>";
    offer.cseq = cseq;
    offer.body = std::move(sdp);
    receive(callee_, offer.text());
  }
  static std::string nowhere(std::string_view address) {
    std::string sdp(desk_sdp);
    constexpr std::string_view c = "c=IN IP4 192.0.2.9";
    return sdp.replace(sdp.find(c), c.size(), fmt::format("c={}", address));
  }
  void silent(std::uint64_t port, std::uint32_t seconds) {
    media::v2::Event event;
    event.mutable_port_silent()->set_port(port);
    event.mutable_port_silent()->set_seconds(seconds);
    tell_engine_event(event);
  }

  std::vector<call::Contact> more_;
  std::optional<Sent> rung_;
  std::vector<media::v2::OpenPort> opened_;
  sip::Flow caller_ = sip::testing::udp_flow(5060);
  sip::Flow callee_ = sip::testing::udp_flow(5070);
};

TEST_F(DeskTest, EachIsToldThePortOfTheEngineAndNoneTheOther) {
  const Sent invite = call(desk_sdp);
  EXPECT_THAT(std::string(invite.message.body()), HasSubstr("c=IN IP4 198.51.100.7\r\n"));
  EXPECT_THAT(std::string(invite.message.body()), HasSubstr("m=audio 20002 RTP/AVP 0 111 9 8 "));
  EXPECT_FALSE(invite.message.header("X-Dering-Media"));
  answer(invite);
  const std::string answered(take(200).message.body());
  EXPECT_THAT(answered, HasSubstr("m=audio 20000 RTP/AVP 0\r\n"));
  EXPECT_THAT(answered, HasSubstr("c=IN IP4 198.51.100.7\r\n"));
  ASSERT_EQ(opened().size(), 2U);
  EXPECT_EQ(opened()[0].rtp().local_port(), 20'000U);
  EXPECT_EQ(opened()[1].rtp().local_port(), 20'002U);
  ASSERT_EQ(updated().size(), 2U);
  for (const auto& update : updated()) {
    EXPECT_TRUE(update.keys().has_clear());
    EXPECT_EQ(update.rtp().remote(), "192.0.2.9:4000");
    EXPECT_EQ(update.rtp().learn(), media::v2::Rtp::LEARN_PORT);
    EXPECT_EQ(update.rtp().source(), "192.0.2.1");
    EXPECT_EQ(update.stream().send(0).name(), media::v2::Codec::NAME_PCMU);
    EXPECT_NE(update.stream().ssrc(), 0U);
    EXPECT_FALSE(update.stream().cname().empty());
  }
  EXPECT_NE(updated()[0].stream().ssrc(), updated()[1].stream().ssrc());
  ASSERT_EQ(joined().size(), 2U);
  for (const auto& join : joined()) {
    EXPECT_TRUE(join.hears() && join.is_heard() && join.expects_sound());
  }
}

TEST_F(DeskTest, ALateOfferIsOursIn200AndItsAnswerComesInAck) {
  const Sent invite = call({});
  EXPECT_THAT(std::string(invite.message.body()), HasSubstr("RTP/AVP 111 9 0 8 "));
  answer(invite);
  const Sent ok = take(200);
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("m=audio 20000 RTP/AVP 0 111 9 8 "));
  EXPECT_TRUE(joined().empty());
  RequestText ack = inside("ACK", ok, 1);
  ack.body = other_desk_sdp;
  receive(caller_, ack.text());
  EXPECT_EQ(updated().back().rtp().source(), "192.0.2.1");
  EXPECT_EQ(joined().size(), 2U);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(DeskTest, ACallerWhoAsksForAnOfferLaterGetsOneAndItsAnswerCounts) {
  const Sent ok = talk();
  receive(caller_, inside("INVITE", ok, 2).text());
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("m=audio 20000 RTP/AVP 0 "));
  out_.commands.clear();
  RequestText ack = inside("ACK", ok, 2);
  ack.body = other_desk_sdp;
  receive(caller_, ack.text());
  EXPECT_EQ(updated().at(0).rtp().remote(), "192.0.2.77:7000");
  // An ACK that says nothing leaves all as it was.
  receive(caller_, inside("INVITE", ok, 3).text());
  take(200);
  receive(caller_, inside("ACK", ok, 3).text());
  EXPECT_EQ(last_outcome(), "");
}

// Complaint 4: silence after hold and resume.
TEST_F(DeskTest, WhoIsHeldHearsMusicInEverySpellingAndResumeBringsSoundBack) {
  const Sent ok = talk();
  std::uint32_t cseq = 2;
  for (const std::string& hold :
       {std::string(desk_sdp) + "a=sendonly\r\n", std::string(desk_sdp) + "a=inactive\r\n",
        nowhere("IN IP4 0.0.0.0"), nowhere("IN IP6 ::")}) {
    out_.commands.clear();
    sent_.clear();
    offers(ok, cseq++, hold);
    EXPECT_EQ(take(200).to, caller_);
    EXPECT_TRUE(sent_.empty()) << "the other phone is not asked";
    ASSERT_EQ(joined().size(), 2U) << hold;
    for (const auto& join : joined()) {
      EXPECT_FALSE(join.hears() || join.is_heard() || join.expects_sound()) << hold;
    }
    ASSERT_EQ(started().size(), 1U);
    EXPECT_EQ(started()[0].port(), opened_.at(1).port());
    EXPECT_EQ(started()[0].play().sounds(0), "music");
    EXPECT_TRUE(started()[0].play().loop());
    const std::uint64_t music = started()[0].action();
    out_.commands.clear();
    offers(ok, cseq++, std::string(desk_sdp));
    take(200);
    ASSERT_EQ(joined().size(), 2U);
    for (const auto& join : joined()) {
      EXPECT_TRUE(join.hears() && join.is_heard() && join.expects_sound()) << hold;
    }
    const auto stopped = all(&media::v2::Command::has_stop, &media::v2::Command::stop);
    ASSERT_EQ(stopped.size(), 1U);
    EXPECT_EQ(stopped[0].action(), music);
  }
}

TEST_F(DeskTest, TwoWhoHoldEachOtherHearNothingAndWhoResumesFirstHearsMusic) {
  const Sent ok = talk();
  offers(ok, 2, std::string(desk_sdp) + "a=sendonly\r\n");
  callee_offers(1, std::string(desk_sdp) + "a=sendonly\r\n");
  out_.commands.clear();
  callee_offers(2, std::string(desk_sdp));
  ASSERT_EQ(started().size(), 1U);
  EXPECT_EQ(started()[0].port(), opened_.at(1).port());
  out_.commands.clear();
  offers(ok, 3, std::string(desk_sdp));
  EXPECT_EQ(joined().size(), 2U);
}

TEST_F(DeskTest, MusicGoesOnWhenTheHeldPhoneChangesItsCodec) {
  const Sent ok = talk();
  offers(ok, 2, std::string(desk_sdp) + "a=sendonly\r\n");
  out_.commands.clear();
  callee_offers(1, std::string(other_desk_sdp));
  ASSERT_EQ(updated().size(), 1U);
  EXPECT_EQ(updated()[0].stream().send(0).name(), media::v2::Codec::NAME_PCMA);
  EXPECT_TRUE(joined().empty());
  EXPECT_TRUE(all(&media::v2::Command::has_stop, &media::v2::Command::stop).empty());
}

TEST_F(DeskTest, APhoneThatMovesItsSoundElsewhereIsFollowedAndARefreshChangesNothing) {
  const Sent ok = talk();
  out_.commands.clear();
  offers(ok, 2, std::string(desk_sdp));
  take(200);
  EXPECT_TRUE(out_.commands.empty()) << "what was learnt stays learnt";
  std::string moved(desk_sdp);
  moved.replace(moved.find("4000"), 4, "4010");
  offers(ok, 3, moved);
  ASSERT_EQ(out_.commands.size(), 1U);
  EXPECT_EQ(updated()[0].rtp().remote(), "192.0.2.9:4010");
  EXPECT_FALSE(updated()[0].has_keys());
}

TEST_F(DeskTest, AnOfferThatCannotBeTakenGets488AndTheCallGoesOn) {
  const Sent ok = talk();
  out_.commands.clear();
  offers(ok, 2,
         "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
         "m=audio 4000 RTP/AVP 18\r\n");
  EXPECT_EQ(take(488).to, caller_);
  EXPECT_TRUE(out_.commands.empty());
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(DeskTest, APhoneThatHoldsOrIsHeldIsNeverTakenForSilent) {
  const Sent ok = talk();
  offers(ok, 2, std::string(desk_sdp) + "a=sendonly\r\n");
  sent_.clear();
  pass(60s);
  for (const auto& port : opened_) silent(port.port(), 30);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(DeskTest, IP6_ASilentPhoneIsAskedWhetherItKnowsTheCallAndIsLostIfItDoesNot) {
  talk();
  sent_.clear();
  pass(40s);
  silent(opened_.at(0).port(), 5);
  EXPECT_TRUE(sent_.empty());
  silent(opened_.at(0).port(), 30);
  const Sent asked = take();
  EXPECT_EQ(asked.to, caller_);
  EXPECT_EQ(last_outcome(), "");
  receive(caller_, answer_text(asked.message, 481));
  EXPECT_EQ(last_outcome(), "lost");
}

// ---- Digits -------------------------------------------------------------------------------------

// Complaint 6.
TEST_F(DeskTest, ADigitInAnInfoGoesToTheEngineInBothSpellings) {
  const Sent ok = talk();
  out_.commands.clear();
  std::uint32_t cseq = 2;
  const auto press = [&](std::string type, std::string body) {
    RequestText info = inside("INFO", ok, cseq++);
    info.content_type = std::move(type);
    info.body = std::move(body);
    sent_.clear();
    receive(caller_, info.text());
    return take().message.status();
  };
  const auto last = [&] { return out_.commands.back().send_digit(); };
  EXPECT_EQ(press("application/dtmf-relay", "Signal=5\r\nDuration=240\r\n"), 200);
  EXPECT_EQ(last().digit(), "5");
  EXPECT_EQ(last().milliseconds(), 240U);
  EXPECT_EQ(last().port(), opened_.at(1).port());
  EXPECT_EQ(press("application/dtmf", "#"), 200);
  EXPECT_EQ(last().digit(), "#");
  EXPECT_EQ(last().milliseconds(), 160U);
  EXPECT_EQ(press("text/plain", "5"), 415);
  EXPECT_EQ(press("application/dtmf", "55"), 400);
  EXPECT_EQ(out_.commands.size(), 2U);
  // While it is held nobody would hear it.
  offers(ok, cseq++, std::string(desk_sdp) + "a=sendonly\r\n");
  out_.commands.clear();
  EXPECT_EQ(press("application/dtmf", "7"), 200);
  EXPECT_TRUE(out_.commands.empty());
}

// ---- Sound before the answer --------------------------------------------------------------------

TEST_F(DeskTest, SoundBeforeTheAnswerIsPassedOnWhereOnePhoneAloneCanAnswer) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 183, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent early = take(183);
  EXPECT_EQ(early.to, caller_);
  EXPECT_THAT(std::string(early.message.body()), HasSubstr("m=audio 20000 RTP/AVP 0\r\n"));
  ASSERT_EQ(joined().size(), 2U);
  EXPECT_TRUE(joined()[0].hears() && !joined()[0].is_heard() && !joined()[0].expects_sound());
  EXPECT_TRUE(!joined()[1].hears() && joined()[1].is_heard());
  out_.commands.clear();
  answer(invite);
  const Sent ok = take(200);
  EXPECT_EQ(ok.message.body(), early.message.body());
  EXPECT_EQ(ok.message.to().tag(), early.message.to().tag());
  EXPECT_TRUE(updated().empty());
  for (const auto& join : joined()) EXPECT_TRUE(join.hears() && join.is_heard());
}

TEST_F(DeskTest, SoundBeforeTheAnswerWaitsUntilOnePhoneAloneIsLeft) {
  const sip::Flow second = sip::testing::udp_flow(5090);
  more_ = {{"sip:1002@192.0.2.3:5090", second, {}}};
  const Sent invite = call(desk_sdp);
  const Sent other = take(Method::invite);
  receive(callee_, answer_text(invite.message, 183, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  EXPECT_EQ(take(180).to, caller_);
  EXPECT_TRUE(joined().empty());
  receive(second, answer_text(other.message, 486, "c"));
  EXPECT_EQ(take(183).to, caller_);
  EXPECT_EQ(joined().size(), 2U);
}

TEST_F(DeskTest, WhatComesAfterEarlySoundMayComeFromElsewhere) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 183, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const std::string early(take(183).message.body());
  out_.commands.clear();
  answer(invite, other_desk_sdp);
  EXPECT_EQ(take(200).message.body(), early) << "S20: the caller's description stays";
  EXPECT_EQ(updated().at(0).rtp().remote(), "192.0.2.77:7000");
}

// ---- Who can be called --------------------------------------------------------------------------

TEST_F(DeskTest, NothingInCommonIsSaidAtOnce) {
  RequestText invite;
  invite.body = desk_sdp;
  invite.body.replace(invite.body.find("RTP/AVP 0\r\na=rtpmap:0 PCMU"), 28,
                      "RTP/AVP 18\r\na=rtpmap:18 G729");
  receive(caller_, invite.text());
  EXPECT_EQ(take(488).message.header(sip::HeaderId::reason), "SIP;cause=488;text=\"incompatible\"");
  EXPECT_EQ(out_.commands.back().verb_case(), media::v2::Command::kCloseBridge);
}

TEST_F(DeskTest, WhenTheEngineHasNoPortLeftTheCallerIsTold503) {
  media::v2::Event event;
  event.mutable_ready()->add_addresses("198.51.100.7");
  event.mutable_ready()->add_udp_ports(10'000);
  event.mutable_ready()->add_rtp_ports()->set_first(30'000);
  event.mutable_ready()->mutable_rtp_ports(0)->set_pairs(1);
  tell_engine_event(event);
  RequestText invite;
  invite.body = desk_sdp;
  receive(caller_, invite.text());
  take(503);
  EXPECT_EQ(last_outcome(), "media_unavailable");
}

TEST_F(DeskTest, HowTheSoundGotThroughStandsInTheRecordByPhone) {
  const Sent ok = talk();
  media::v2::Event event;
  media::v2::Quality& quality = *event.mutable_quality();
  quality.set_port(opened_.at(1).port());
  quality.set_codec(media::v2::Codec::NAME_PCMU);
  quality.mutable_from_phone()->set_expected(250);
  quality.mutable_from_phone()->set_lost(5);
  quality.mutable_from_phone()->set_mos(390);
  tell_engine_event(event);
  tell_engine_event(event);
  receive(caller_, inside("BYE", ok, 2).text());
  const auto& stays = out_.records.back().stays;
  ASSERT_EQ(stays.size(), 2U);
  EXPECT_TRUE(stays[0].quality.codec.empty()) << "nobody could tell";
  EXPECT_EQ(stays[0].quality.media, "clear");
  EXPECT_EQ(stays[1].quality.codec, "pcmu");
  EXPECT_EQ(stays[1].quality.from_phone.packets, 500U);
  EXPECT_EQ(stays[1].quality.from_phone.lost, 10U);
  EXPECT_EQ(stays[1].quality.from_phone.mos, 390U);
}

TEST_F(DeskTest, APortThatWasGivenBackIsTakenLast) {
  for (int i = 0; i < 3; ++i) {
    const Sent ok = talk(i);
    RequestText bye = inside("BYE", ok, 2);
    bye.call_id = fmt::format("call-{}", i);
    bye.branch = fmt::format("z9hG4bKbye{}", i);
    receive(caller_, bye.text());
    const Sent ended = take(Method::bye);
    receive(callee_, answer_text(ended.message, 200));
  }
  std::set<std::uint32_t> ports;
  for (const auto& port : opened()) ports.insert(port.rtp().local_port());
  EXPECT_EQ(ports.size(), 6U);
}

TEST_F(DeskTest, APhoneThatDoesNotAnswerTheRefreshIsStillToldThatTheCallEnded) {
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

TEST_F(DeskTest, AMissingAckEndsBothSides) {
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

TEST_F(DeskTest, IP8_AnAckWithoutTheAnswerToALateOfferEndsTheCall) {
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

TEST_F(DeskTest, IP5_ASessionThatIsTooShortIsRefusedWithWhatWouldDo) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 200, "b", "<sip:1002@192.0.2.2:5070>", desk_sdp));
  const Sent ok = take(200);
  receive(caller_, inside("ACK", ok, 1).text());
  RequestText update = inside("UPDATE", ok, 2);
  update.more = "Supported: timer\r\nSession-Expires: 45\r\n";
  receive(caller_, update.text());
  EXPECT_EQ(take(422).message.header(sip::HeaderId::min_se), "90");
}

TEST_F(DeskTest, IP5_ACallerWhoRefreshesIsGivenUpWhenItDoesNot) {
  RequestText text;
  text.call_id = "call-1";
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

TEST_F(DeskTest, IP5_APhoneThatWantsLongerSessionsIsAskedAgainOnce) {
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

TEST_F(DeskTest, FR13_APhoneThatSendsTheCallerOnIsFollowed) {
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

TEST_F(DeskTest, FR13_TwoPhonesThatSendEachOtherOnDoNotGoRound) {
  const sip::Flow third = sip::testing::udp_flow(5080);
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", third, {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 302, "b", "<sip:1003@pbx.test>"));
  const Sent next = take(Method::invite);
  receive(third, answer_text(next.message, 301, "c", "<sip:1002@pbx.test>"));
  EXPECT_EQ(last_outcome(), "forwarding_loop");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DeskTest, FR13_NobodyIsSentOnToTheOutside) {
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 302, "b", "<sip:00390612345@example.net>"));
  EXPECT_EQ(last_outcome(), "failed");
}

TEST_F(DeskTest, FR13_WhoHasTheSameNumberElsewhereIsNobodyHere) {
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", sip::testing::udp_flow(5080), {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 302, "b", "<sip:1003@example.net>"));
  EXPECT_EQ(last_outcome(), "failed");
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(DeskTest, FR13_ACallIsSentOnForGoodToo) {
  phones_.of["1003"] = {{"sip:1003@192.0.2.3:5080", sip::testing::udp_flow(5080), {}}};
  const Sent invite = call(desk_sdp);
  receive(callee_, answer_text(invite.message, 301, "b", "<sip:1003@pbx.test>"));
  ASSERT_EQ(last_outcome(), "");
  EXPECT_EQ(take(Method::invite).to, sip::testing::udp_flow(5080));
}

TEST_F(DeskTest, FR13_ACallIsSentOnAFewTimesAndNoFurther) {
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
  EXPECT_EQ(last_outcome(), "forwarding_loop");
  EXPECT_EQ(calls_.call_count(), 0U);
}

}  // namespace
}  // namespace dering::feature
