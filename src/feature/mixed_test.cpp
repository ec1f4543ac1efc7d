// SPDX-License-Identifier: Apache-2.0
//
// Browsers and desk phones of one person ring at once, and whichever answers is talked to.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/dial.h"
#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::browser_answer;
using testing::browser_sdp;
using testing::desk_sdp;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sent;

constexpr std::string_view contact = "<sip:xyz@abc.invalid;transport=ws>";
constexpr std::string_view video =
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=rtcp-mux\r\n"
    "a=rtpmap:96 VP8/90000\r\n";

class MixedTest : public testing::Exchange {
 protected:
  MixedTest() = default;
  explicit MixedTest(call::MediaSettings settings) : Exchange(std::move(settings)) {}
  void on_invite(sip::RequestArrived invite) override {
    phones_.of["1002"] = contacts_;
    auto it = turn();
    if (const call::LegId place = std::exchange(place_, {})) {
      return calls_.take_place({std::move(invite), {"1003", "Tuti"}, {}, "**1002"}, place, it);
    }
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "1002"},
                 dial({{"1002", "Budi"}, {{60s}}}), it);
  }
  RequestText invite_from(const sip::Flow& flow, std::string_view sdp) const {
    RequestText text;
    text.transport = sip::via_name(flow.transport);
    text.body = sdp;
    return text;
  }
  RequestText inside(std::string method, const Sent& response, std::uint32_t cseq) const {
    RequestText text = invite_from(response.to, {});
    text.method = std::move(method);
    text.branch = "z9hG4bK" + std::to_string(cseq) + text.method;
    text.to_tag = response.message.to().tag();
    text.cseq = cseq;
    return text;
  }
  /// What each phone of the callee is sent, by the way to it.
  std::map<sip::Flow, Sent> call(const sip::Flow& from, std::string_view sdp) {
    receive(from, invite_from(from, sdp).text());
    std::map<sip::Flow, Sent> rung;
    while (!sent_.empty()) {
      Sent sent = take();
      const sip::Flow to = sent.to;
      if (sent.message.is_request()) rung.emplace(to, std::move(sent));
    }
    return rung;
  }
  void answer(const Sent& invite, std::string_view sdp) {
    receive(invite.to, answer_text(invite.message, 200, "budi", contact, sdp));
  }

  call::LegId place_;  ///< that the next INVITE comes to take
  const sip::Flow page_ = sip::testing::wss_flow(1);
  const sip::Flow caller_desk_ = sip::testing::udp_flow(5060);
  const sip::Flow browser_ = sip::testing::wss_flow(2);
  const sip::Flow desk_ = sip::testing::udp_flow(5070);
  const sip::Flow tls_desk_{sip::Transport::tls, *SocketAddress::from_text("192.0.2.1", 41'000), 9};
  std::vector<call::Contact> contacts_{{"sip:xyz@abc.invalid;transport=ws", browser_, {}},
                                       {"sip:1002@192.0.2.9:5070", desk_, {}},
                                       {"sip:1002@192.0.2.9:5071;transport=tls", tls_desk_, {}}};
};

TEST_F(MixedTest, APageRingsEveryPhoneEachWithItsOwnKindOfSound) {
  const auto rung = call(page_, browser_sdp);
  ASSERT_EQ(rung.size(), 3U);
  const std::string to_browser(rung.at(browser_).message.body());
  EXPECT_THAT(to_browser, HasSubstr("a=fingerprint:sha-256 00:11")) << "sealed: the caller's key";
  EXPECT_EQ(rung.at(browser_).message.header("X-Dering-Media"), "sealed");
  const std::string to_desk(rung.at(desk_).message.body());
  EXPECT_THAT(to_desk, HasSubstr("RTP/AVP 111 0 9 8 "));
  EXPECT_THAT(to_desk, Not(HasSubstr("fingerprint")));
  EXPECT_FALSE(rung.at(desk_).message.header("X-Dering-Media"));
  const std::string to_tls(rung.at(tls_desk_).message.body());
  EXPECT_THAT(to_tls, HasSubstr("RTP/SAVP 111"));
  EXPECT_THAT(to_tls, HasSubstr("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
  for (const auto& opened : opened()) EXPECT_FALSE(opened.has_keys()) << "nobody has answered";
}

TEST_F(MixedTest, APageThatAnswersAPageIsSealedAndTheEngineGetsNoKey) {
  const auto rung = call(page_, browser_sdp);
  answer(rung.at(browser_), browser_answer());
  const Sent ok = take(200);
  EXPECT_EQ(ok.message.header("X-Dering-Media"), "sealed");
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("a=fingerprint:sha-256 00:11"));
  for (const auto& update : updated()) EXPECT_FALSE(update.has_keys() || update.has_stream());
  EXPECT_TRUE(joined().empty());
}

TEST_F(MixedTest, WhoPicksUpWithSoundOfNoUseIsRefusedAndTheCallIsSealedAsBefore) {
  const auto rung = call(page_, browser_sdp);
  receive(browser_, answer_text(rung.at(browser_).message, 180, "budi", contact));
  place_ = calls_.ringing_at("1002");
  ASSERT_TRUE(place_);
  const sip::Flow colleague = sip::testing::udp_flow(5099);
  RequestText pickup = invite_from(colleague, std::string(desk_sdp));
  pickup.call_id = "pickup";
  pickup.sent_by = "192.0.2.1:5099";
  pickup.branch = "z9hG4bKpickup";
  pickup.body.replace(pickup.body.find("RTP/AVP 0"), 9, "RTP/AVP 3");
  pickup.body.replace(pickup.body.find("a=rtpmap:0 PCMU"), 15, "a=rtpmap:3 GSM");
  receive(colleague, pickup.text());
  EXPECT_EQ(take(488).to, colleague);
  answer(rung.at(browser_), browser_answer());
  EXPECT_EQ(take(200).message.header("X-Dering-Media"), "sealed");
  for (const auto& update : updated()) EXPECT_FALSE(update.has_keys());
}

// Complaint 3.
TEST_F(MixedTest, ADeskPhoneThatAnswersAPageStopsTheOthersWhichAreToldWhy) {
  const auto rung = call(page_, browser_sdp);
  for (const auto& [flow, invite] : rung) {
    receive(flow, answer_text(invite.message, 180, "budi", contact));
  }
  sent_.clear();
  answer(rung.at(desk_), desk_sdp);
  std::set<sip::Flow> cancelled;
  std::optional<Sent> ok;
  while (!sent_.empty()) {
    Sent sent = take();
    if (sent.message.status() == 200)
      ok.emplace(std::move(sent));
    else if (sent.message.method() == Method::cancel) {
      cancelled.insert(sent.to);
      EXPECT_EQ(sent.message.header(sip::HeaderId::reason),
                "SIP;cause=200;text=\"Call completed elsewhere\"");
    }
  }
  EXPECT_EQ(cancelled, (std::set{browser_, tls_desk_}));
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->message.header("X-Dering-Media"), "terminated;reason=desk-phone");
  const std::string sdp(ok->message.body());
  EXPECT_THAT(sdp, HasSubstr("a=fingerprint:sha-256 AB:CD"));
  EXPECT_THAT(sdp, HasSubstr("UDP/TLS/RTP/SAVPF 0 126\r\n")) << "the codec that the winner chose";
  const auto updates = updated();
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_TRUE(updates[0].keys().has_clear());
  EXPECT_THAT(updates[1].keys().dtls().fingerprint(), HasSubstr("00:11"));
  EXPECT_EQ(updates[1].keys().dtls().role(), media::v2::Dtls::ROLE_SERVER);
  EXPECT_EQ(all(&media::v2::Command::has_close_port, &media::v2::Command::close_port).size(), 2U);
  EXPECT_EQ(joined().size(), 2U);
  // The engine is told before the phone is: no packet comes too early.
  EXPECT_FALSE(out_.commands.empty());
}

TEST_F(MixedTest, APageThatAnswersADeskPhoneIsOfferedTheEnginesKeyAndTheCallersCodecFirst) {
  const auto rung = call(caller_desk_, desk_sdp);
  const std::string offer(rung.at(browser_).message.body());
  EXPECT_THAT(offer, HasSubstr("UDP/TLS/RTP/SAVPF 0 111 9 8 101 110\r\n"));
  EXPECT_THAT(offer, HasSubstr("a=setup:actpass"));
  EXPECT_THAT(offer, HasSubstr("a=ice-lite"));
  EXPECT_THAT(offer, HasSubstr("198.51.100.7 10000 typ host"));
  EXPECT_EQ(rung.at(browser_).message.header("X-Dering-Media"), "terminated;reason=desk-phone");
  answer(rung.at(browser_), browser_answer());
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("RTP/AVP 0\r\n"));
  const auto updates = updated();
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_EQ(updates[0].ice().remote().ufrag(), "wxyz");
  EXPECT_EQ(updates[0].ice().local().ufrag(), opened()[1].ice().local().ufrag());
  EXPECT_EQ(updates[0].keys().dtls().role(), media::v2::Dtls::ROLE_SERVER);
  EXPECT_EQ(joined().size(), 2U);
}

TEST_F(MixedTest, APhoneThatDropsTheKeyItWasOfferedIsNotTalkedTo) {
  const auto rung = call(page_, browser_sdp);
  answer(rung.at(tls_desk_), desk_sdp);
  EXPECT_EQ(last_outcome(), "incompatible");
  for (const auto& update : updated()) EXPECT_FALSE(update.has_keys());
}

TEST_F(MixedTest, APhoneOnTlsThatOffersNoKeysIsServedAndTheRecordSaysSo) {
  const auto rung = call(tls_desk_, desk_sdp);
  answer(rung.at(tls_desk_),
         "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\n"
         "t=0 0\r\nm=audio 4000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
         "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n");
  const Sent ok = take(200);
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("RTP/AVP 0\r\n"));
  receive(tls_desk_, inside("ACK", ok, 1).text());
  receive(tls_desk_, inside("BYE", ok, 2).text());
  const auto& stays = out_.records.back().stays;
  EXPECT_EQ(stays.at(0).quality.media, "clear");
  std::set<std::string> media;
  for (const auto& stay : stays) media.insert(stay.quality.media);
  EXPECT_EQ(media, (std::set<std::string>{"clear", "", "srtp"})) << "who never talked has none";
}

/// The same where phones on TLS have to bring keys.
class KeysNeeded : public MixedTest {
 protected:
  KeysNeeded() : MixedTest({.codecs = {}, .clear_over_tls = sdp::ClearSound::refused}) {}
  static constexpr std::string_view with_keys =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\n"
      "t=0 0\r\nm=audio 4000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
      "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";
};

TEST_F(KeysNeeded, APhoneOnTlsThatOffersNoKeysIsRefusedWithWordsAndNobodyRings) {
  EXPECT_TRUE(call(tls_desk_, desk_sdp).empty());
  EXPECT_EQ(last_outcome(), "unprotected");
  EXPECT_TRUE(updated().empty());
}

TEST_F(KeysNeeded, TheRefusalTellsWhatToTurnOn) {
  receive(tls_desk_, invite_from(tls_desk_, desk_sdp).text());
  const Sent refused = take(488);
  EXPECT_EQ(refused.message.header(sip::HeaderId::reason), "SIP;cause=488;text=\"unprotected\"");
  EXPECT_EQ(refused.message.header("Warning"),
            "399 dering \"Sound Over TLS Needs Keys: Turn SRTP On\"");
}

TEST_F(KeysNeeded, APhoneOnTlsIsOfferedKeysAloneAndPhonesOnOtherWaysAreAsBefore) {
  const auto rung = call(caller_desk_, desk_sdp);
  EXPECT_THAT(std::string(rung.at(tls_desk_).message.body()), HasSubstr("RTP/SAVP"));
  EXPECT_THAT(std::string(rung.at(tls_desk_).message.body()), Not(HasSubstr("RTP/AVP")));
  answer(rung.at(tls_desk_), with_keys);
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("RTP/AVP 0\r\n"));
}

TEST_F(KeysNeeded, APhoneWithKeysIsServedAndMayNotDropThemLater) {
  const auto rung = call(tls_desk_, with_keys);
  answer(rung.at(tls_desk_), with_keys);
  const Sent ok = take(200);
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("RTP/SAVP 0\r\n"));
  receive(tls_desk_, inside("ACK", ok, 1).text());
  RequestText later = inside("INVITE", ok, 2);
  later.body = desk_sdp;
  receive(tls_desk_, later.text());
  EXPECT_EQ(take(488).message.header("Warning"),
            "399 dering \"Sound Over TLS Needs Keys: Turn SRTP On\"");
  EXPECT_EQ(calls_.call_count(), 1U);
}

TEST_F(MixedTest, AnOfferInACallOfWhichNothingIsKnownIsRefusedWithWordsAndTheCallGoesOn) {
  const auto rung = call(caller_desk_, desk_sdp);
  answer(rung.at(desk_), desk_sdp);
  const Sent ok = take(200);
  receive(caller_desk_, inside("ACK", ok, 1).text());
  RequestText later = inside("INVITE", ok, 2);
  later.body =
      "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
      "m=audio 4000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n";
  receive(caller_desk_, later.text());
  EXPECT_EQ(take(488).message.header("Warning"), "305 dering \"No Sound That Both Sides Know\"");
  EXPECT_EQ(calls_.call_count(), 1U);
}

TEST_F(MixedTest, WhatAPageCountedOfASealedCallStandsInTheRecordAndGoesNoFurther) {
  const auto rung = call(page_, browser_sdp);
  answer(rung.at(browser_), browser_answer());
  const Sent ok = take(200);
  receive(page_, inside("ACK", ok, 1).text());
  sent_.clear();
  RequestText info = inside("INFO", ok, 2);
  info.content_type = "application/x-dering-line";
  info.body = "received=1500;lost=3;jitter=900;round-trip=23;level=31";
  receive(page_, info.text());
  EXPECT_EQ(take(200).to, page_);
  EXPECT_TRUE(sent_.empty()) << "the other page has its own numbers";
  RequestText wrong = inside("INFO", ok, 3);
  wrong.content_type = "application/x-dering-line";
  wrong.body = "received=many";
  receive(page_, wrong.text());
  EXPECT_EQ(take(400).to, page_);
  receive(page_, inside("BYE", ok, 4).text());
  const auto& quality = out_.records.back().stays.at(0).quality;
  EXPECT_EQ(quality.media, "sealed");
  EXPECT_EQ(quality.round_trip, 23U);
  EXPECT_EQ(quality.level, 31U);
  EXPECT_EQ(quality.to_phone.packets, 1'503U);
  EXPECT_EQ(quality.to_phone.lost, 3U);
  EXPECT_EQ(quality.to_phone.jitter, 900U);
}

TEST_F(MixedTest, VideoOfAPageIsDeclinedInItsPlaceWhenADeskPhoneAnswersS34) {
  std::string offer(browser_sdp);
  offer.replace(offer.find("BUNDLE 0"), 8, "BUNDLE 0 1");
  const auto rung = call(page_, offer.append(video));
  EXPECT_THAT(std::string(rung.at(browser_).message.body()), HasSubstr("m=video"));
  EXPECT_THAT(std::string(rung.at(desk_).message.body()), Not(HasSubstr("m=video")));
  answer(rung.at(desk_), desk_sdp);
  const std::string sdp(take(200).message.body());
  EXPECT_THAT(sdp, HasSubstr("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"));
  EXPECT_THAT(sdp, HasSubstr("a=group:BUNDLE 0\r\n"));
}

TEST_F(MixedTest, APageWithoutACodecOfOursRingsPagesAlone) {
  std::string offer(browser_sdp);
  offer.replace(offer.find("SAVPF 111 0 126"), 15, "SAVPF 127 126");
  const auto rung = call(page_, offer);
  EXPECT_EQ(rung.size(), 1U);
  EXPECT_TRUE(rung.contains(browser_));
}

TEST_F(MixedTest, AHeldPageOfATerminatedCallHearsMusicFromTheEngineAndIsAskedNothing) {
  const auto rung = call(caller_desk_, desk_sdp);
  answer(rung.at(browser_), browser_answer());
  const Sent ok = take(200);
  receive(caller_desk_, inside("ACK", ok, 1).text());
  sent_.clear();
  RequestText hold = inside("INVITE", ok, 2);
  hold.body = std::string(desk_sdp) + "a=sendonly\r\n";
  receive(caller_desk_, hold.text());
  EXPECT_EQ(take(200).to, caller_desk_);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(started().at(0).port(), opened().at(1).port());
}

TEST_F(MixedTest, AnIceRestartOfATerminatedPageChangesItsWayAndNotItsKey) {
  const auto rung = call(page_, browser_sdp);
  answer(rung.at(desk_), desk_sdp);
  const Sent ok = take(200);
  receive(page_, inside("ACK", ok, 1).text());
  out_.commands.clear();
  RequestText restart = inside("INVITE", ok, 2);
  restart.body = browser_sdp;
  restart.body.replace(restart.body.find("abcd"), 4, "efgh");
  receive(page_, restart.text());
  ASSERT_EQ(updated().size(), 1U);
  EXPECT_EQ(updated()[0].ice().remote().ufrag(), "efgh");
  EXPECT_FALSE(updated()[0].has_keys());
  EXPECT_THAT(std::string(take(200).message.body()),
              HasSubstr("a=ice-ufrag:" + updated()[0].ice().local().ufrag()));
}

TEST_F(MixedTest, APageThatRingsWithoutAnOfferMayStillReachAll) {
  const auto rung = call(page_, {});
  EXPECT_EQ(rung.at(browser_).message.header("X-Dering-Media"), "terminated;reason=late-offer");
  answer(rung.at(browser_), browser_answer());
  const Sent ok = take(200);
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("a=setup:actpass"));
  RequestText ack = inside("ACK", ok, 1);
  ack.body = browser_answer();
  receive(page_, ack.text());
  EXPECT_EQ(joined().size(), 2U);
}

}  // namespace
}  // namespace dering::feature
