// SPDX-License-Identifier: Apache-2.0
//
// The media engine dies under a call, and another one takes its place.
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

constexpr std::string_view sdes_answer =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 4000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";

class EngineLossTest : public testing::Exchange {
 protected:
  void on_invite(sip::RequestArrived invite) override {
    phones_.of["1002"] = {{"sip:1002@phone.invalid", callee_, {}}};
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "1002"},
                 dial({{"1002", "Budi"}, {{60s}}}), it);
  }
  RequestText from_caller(std::string method, std::uint32_t cseq) const {
    RequestText text;
    text.method = std::move(method);
    text.transport = sip::via_name(caller_.transport);
    text.branch = "z9hG4bK" + std::to_string(cseq) + text.method;
    text.to_tag = caller_tag_;
    text.cseq = cseq;
    return text;
  }
  /// A call between the phones there, of which one offers this and the other answers that.
  void talk(const sip::Flow& caller, std::string_view offer, const sip::Flow& callee,
            std::string_view answer) {
    caller_ = caller;
    callee_ = callee;
    RequestText invite = from_caller("INVITE", 1);
    invite.body = offer;
    invite.more = caller_understands_;
    receive(caller_, invite.text());
    const Sent rung = take(Method::invite);
    receive(callee_, answer_text(rung.message, 200, "budi", "<sip:1002@192.0.2.2:5070>", answer));
    caller_tag_ = take(200).message.to().tag();
    receive(caller_, from_caller("ACK", 1).text());
    sent_.clear();
    opened_ = opened();
  }
  void lose_engine() {
    out_.commands.clear();
    auto it = turn();
    calls_.on_engine_lost(it);
  }
  void engine_comes(std::string_view fingerprint = "EF:01", std::uint32_t first_rtp = 20'000,
                    std::uint32_t udp = 10'000) {
    media::v2::Event event;
    event.mutable_ready()->add_addresses("198.51.100.7");
    event.mutable_ready()->add_udp_ports(udp);
    event.mutable_ready()->set_fingerprint(std::string(fingerprint));
    event.mutable_ready()->set_ports_per_bridge(64);
    auto& ports = *event.mutable_ready()->add_rtp_ports();
    ports.set_first(first_rtp);
    ports.set_pairs(32);
    tell_engine_event(event);
  }
  void secured(std::uint64_t port) {
    media::v2::Event event;
    event.mutable_port_secured()->set_port(port);
    event.mutable_port_secured()->set_profile("SRTP_AES128_CM_SHA1_80");
    tell_engine_event(event);
  }
  std::size_t talking_ports() const {
    std::size_t talking = 0;
    for (const auto& join : joined()) talking += join.hears() && join.is_heard() ? 1U : 0U;
    return talking;
  }

  const sip::Flow desk_ = sip::testing::udp_flow(5060);
  const sip::Flow other_desk_ = sip::testing::udp_flow(5070);
  const sip::Flow tls_desk_{sip::Transport::tls, *SocketAddress::from_text("192.0.2.1", 41'000), 9};
  const sip::Flow page_ = sip::testing::wss_flow(1);
  const sip::Flow other_page_ = sip::testing::wss_flow(2);
  sip::Flow caller_;
  sip::Flow callee_;
  std::string caller_understands_;
  std::string caller_tag_;
  std::vector<media::v2::OpenPort> opened_;
};

TEST_F(EngineLossTest, DeskPhonesHearEachOtherOnTheNextEngineAndAreNotAsked) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  lose_engine();
  EXPECT_TRUE(out_.commands.empty()) << "nobody is there to hear it";
  pass(3s);
  engine_comes();
  ASSERT_EQ(opened().size(), 2U);
  EXPECT_EQ(opened()[0].rtp().local_port(), opened_[0].rtp().local_port());
  EXPECT_EQ(opened()[1].rtp().local_port(), opened_[1].rtp().local_port());
  EXPECT_NE(opened()[0].port(), opened_[0].port());
  ASSERT_EQ(updated().size(), 2U);
  for (const auto& update : updated()) {
    EXPECT_TRUE(update.keys().has_clear());
    EXPECT_EQ(update.rtp().remote(), "192.0.2.9:4000");
    EXPECT_EQ(update.stream().send(0).name(), media::v2::Codec::NAME_PCMU);
  }
  EXPECT_EQ(talking_ports(), 2U);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(last_outcome(), "");
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, WhoIsHeldHearsMusicOnTheNextEngineToo) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  lose_engine();
  RequestText hold = from_caller("INVITE", 2);
  hold.body = std::string(desk_sdp) + "a=sendonly\r\n";
  receive(caller_, hold.text());
  EXPECT_EQ(take(200).to, caller_) << "who holds is answered meanwhile";
  receive(caller_, from_caller("ACK", 2).text());
  engine_comes();
  EXPECT_EQ(talking_ports(), 0U);
  ASSERT_EQ(started().size(), 1U);
  EXPECT_EQ(started()[0].port(), opened().at(1).port());
}

TEST_F(EngineLossTest, OnOtherPortsPhonesAreOfferedThem) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  lose_engine();
  engine_comes("EF:01", 30'000);
  EXPECT_EQ(talking_ports(), 0U);
  for (const std::string_view port : {"m=audio 30000 ", "m=audio 30002 "}) {
    const Sent offer = take(Method::invite);
    EXPECT_THAT(std::string(offer.message.body()), HasSubstr(port));
    receive(offer.to, answer_text(offer.message, 200, {}, {}, desk_sdp));
  }
  EXPECT_EQ(talking_ports(), 2U);
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, APhoneWithKeysKeepsThemAndNoKeyStreamComesTwice) {
  talk(desk_, desk_sdp, tls_desk_, sdes_answer);
  const auto before = updated().at(0);
  ASSERT_FALSE(before.keys().sdes().ours().empty());
  lose_engine();
  engine_comes();
  EXPECT_TRUE(sent_.empty()) << "some phones take no other key than the first";
  const auto after = updated().at(1);
  EXPECT_EQ(after.keys().sdes().ours(), before.keys().sdes().ours());
  EXPECT_EQ(after.keys().sdes().theirs(), before.keys().sdes().theirs());
  EXPECT_NE(after.stream().ssrc(), before.stream().ssrc());
  EXPECT_EQ(talking_ports(), 2U);
}

TEST_F(EngineLossTest, APhoneWithKeysIsOfferedThemAtAnotherPort) {
  talk(desk_, desk_sdp, tls_desk_, sdes_answer);
  const auto before = updated().at(0).keys().sdes();
  lose_engine();
  engine_comes("EF:01", 30'000);
  take(Method::invite);
  const Sent offer = take(Method::invite);
  EXPECT_EQ(offer.to, tls_desk_);
  EXPECT_THAT(std::string(offer.message.body()), HasSubstr("m=audio 30002 RTP/SAVP 0 "));
  receive(tls_desk_, answer_text(offer.message, 200, {}, {}, sdes_answer));
  EXPECT_EQ(take(Method::ack).to, tls_desk_);
  EXPECT_EQ(updated().back().keys().sdes().ours(), before.ours());
}

TEST_F(EngineLossTest, ABrowserIsOfferedTheCertificateOfTheNextEngine) {
  talk(page_, browser_sdp, desk_, desk_sdp);
  lose_engine();
  engine_comes("EF:01");
  const Sent offer = take(Method::invite);
  EXPECT_EQ(offer.to, page_);
  const std::string body(offer.message.body());
  EXPECT_THAT(body, HasSubstr("a=fingerprint:sha-256 EF:01"));
  EXPECT_THAT(body, HasSubstr("a=setup:actpass"));
  EXPECT_THAT(body, HasSubstr(opened().at(0).ice().local().ufrag()));
  EXPECT_EQ(opened()[0].ice().local().ufrag(), opened_[0].ice().local().ufrag());
  receive(page_, answer_text(offer.message, 200, {}, {}, browser_answer()));
  EXPECT_TRUE(updated().back().keys().has_dtls());
  EXPECT_EQ(talking_ports(), 2U);
  secured(opened()[0].port());
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, ABrowserThatNeverShakesHandsWithTheNextEngineEndsTheCallWithWords) {
  talk(page_, browser_sdp, desk_, desk_sdp);
  lose_engine();
  engine_comes();
  const Sent offer = take(Method::invite);
  receive(page_, answer_text(offer.message, 200, {}, {}, browser_answer()));
  pass(19s);
  EXPECT_EQ(last_outcome(), "");
  pass(2s);
  EXPECT_EQ(last_outcome(), "media_lost");
}

TEST_F(EngineLossTest, SealedPagesGoOnByThemselves) {
  talk(page_, browser_sdp, other_page_, browser_answer());
  lose_engine();
  engine_comes();
  ASSERT_EQ(opened().size(), 2U);
  EXPECT_EQ(opened()[0].ice().local().ufrag(), opened_[0].ice().local().ufrag());
  EXPECT_EQ(opened()[0].ice().remote().ufrag(), "abcd");
  EXPECT_EQ(opened()[1].ice().remote().ufrag(), "wxyz");
  for (const auto& port : opened()) EXPECT_FALSE(port.has_keys());
  EXPECT_TRUE(updated().empty() && joined().empty() && sent_.empty());
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, SealedPagesThatWouldHaveToSendElsewhereAreToldOfTheLoss) {
  talk(page_, browser_sdp, other_page_, browser_answer());
  lose_engine();
  engine_comes("EF:01", 20'000, 10'001);
  EXPECT_EQ(last_outcome(), "media_lost");
}

TEST_F(EngineLossTest, APhoneThatDoesNotTakeTheNewOfferEndsTheCallWithWords) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  lose_engine();
  engine_comes("EF:01", 30'000);
  const Sent offer = take(Method::invite);
  receive(offer.to, answer_text(offer.message, 488));
  EXPECT_EQ(last_outcome(), "media_lost");
  EXPECT_THAT(std::string(take(Method::bye).message.header(sip::HeaderId::reason).value_or("")),
              HasSubstr("media_lost"));
}

/// Firefox would answer an offer in the dialog, and hear nothing.
class PagesThatKeepTheirKeys : public EngineLossTest {
 protected:
  PagesThatKeepTheirKeys() {
    caller_understands_ = "Supported: replaces\r\n";
    talk(page_, of_firefox(std::string(browser_sdp)), desk_, desk_sdp);
  }
  static std::string of_firefox(std::string sdp) {
    return sdp.replace(sdp.find("o=-"), 3, "o=mozilla...");
  }
  void answers(const Sent& invite) {
    std::string ok = answer_text(invite.message, 200, "siti", "<sip:1001@192.0.2.1>",
                                 of_firefox(browser_answer()));
    receive(page_, ok.insert(ok.find("\r\n") + 2, caller_understands_));
  }
};

TEST_F(PagesThatKeepTheirKeys, AreSentAnInviteInThePlaceOfTheirDialog) {
  lose_engine();
  engine_comes();
  const Sent invite = take(Method::invite);
  EXPECT_EQ(invite.to, page_);
  EXPECT_TRUE(invite.message.header(sip::HeaderId::replaces));
  EXPECT_THAT(std::string(invite.message.body()), HasSubstr("EF:01"));
  EXPECT_FALSE(updated()[0].ice().has_remote()) << "of a connection that has gone";
  EXPECT_NE(updated()[0].ice().local().ufrag(), opened_[0].ice().local().ufrag());
  answers(invite);
  EXPECT_EQ(take(Method::bye).to, page_) << "the old dialog";
  secured(opened()[0].port());
  EXPECT_EQ(talking_ports(), 2U);
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(PagesThatKeepTheirKeys, AreAskedOnceMoreWhereTheNextEngineDiesMeanwhile) {
  lose_engine();
  engine_comes("EF:01");
  const Sent first = take(Method::invite);
  lose_engine();
  engine_comes("EF:02");
  EXPECT_EQ(last_outcome(), "");
  answers(first);
  const Sent second = take(Method::invite);
  EXPECT_TRUE(second.message.header(sip::HeaderId::replaces));
  EXPECT_THAT(std::string(second.message.body()), HasSubstr("EF:02"));
  answers(second);
  secured(opened()[0].port());
  EXPECT_EQ(talking_ports(), 2U);
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, AnOfferThatMeetsOneOfThePhoneComesAgain) {
  talk(page_, browser_sdp, desk_, desk_sdp);
  lose_engine();
  engine_comes();
  receive(page_, answer_text(take(Method::invite).message, 491));
  sent_.clear();
  pass(5s);
  const Sent again = take(Method::invite);
  receive(page_, answer_text(again.message, 200, {}, {}, browser_answer()));
  secured(opened()[0].port());
  EXPECT_EQ(talking_ports(), 2U);
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, NoEngineWithinTenSecondsEndsTheCallWithWords) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  lose_engine();
  pass(9s);
  EXPECT_EQ(last_outcome(), "");
  pass(2s);
  EXPECT_EQ(last_outcome(), "media_lost");
  sent_.clear();
  engine_comes();
  EXPECT_TRUE(opened().empty());
}

TEST_F(EngineLossTest, TheNextEngineMayDieToo) {
  talk(page_, browser_sdp, desk_, desk_sdp);
  lose_engine();
  engine_comes("EF:01");
  const Sent first = take(Method::invite);
  lose_engine();
  receive(page_, answer_text(first.message, 200, {}, {}, browser_answer()));
  engine_comes("EF:02");
  const Sent second = take(Method::invite);
  EXPECT_THAT(std::string(second.message.body()), HasSubstr("EF:02"));
  receive(page_, answer_text(second.message, 200, {}, {}, browser_answer()));
  secured(opened()[0].port());
  EXPECT_EQ(talking_ports(), 2U);
  pass(60s);
  EXPECT_EQ(last_outcome(), "");
}

TEST_F(EngineLossTest, AnEngineThatStillHasTheBridgeGetsAnotherOne) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  const std::uint64_t old = opened_[0].bridge();
  lose_engine();
  media::v2::Event event;
  event.mutable_ready()->add_addresses("198.51.100.7");
  event.mutable_ready()->add_udp_ports(10'000);
  event.mutable_ready()->add_bridges(old);
  event.mutable_ready()->add_rtp_ports()->set_first(20'000);
  event.mutable_ready()->mutable_rtp_ports(0)->set_pairs(32);
  tell_engine_event(event);
  ASSERT_GE(out_.commands.size(), 3U);
  EXPECT_EQ(out_.commands[0].close_bridge().bridge(), old) << "its RTP ports are free first";
  EXPECT_EQ(talking_ports(), 2U);
}

TEST_F(EngineLossTest, ACallThatEndsMeanwhileIsNotOpenedAgain) {
  talk(desk_, desk_sdp, other_desk_, desk_sdp);
  lose_engine();
  receive(caller_, from_caller("BYE", 2).text());
  EXPECT_EQ(last_outcome(), "answered");
  engine_comes();
  EXPECT_TRUE(out_.commands.empty());
}

TEST_F(EngineLossTest, ACallThatRingsEndsAtOnce) {
  caller_ = desk_;
  callee_ = other_desk_;
  RequestText invite = from_caller("INVITE", 1);
  invite.body = desk_sdp;
  receive(caller_, invite.text());
  lose_engine();
  EXPECT_EQ(last_outcome(), "media_unavailable");
}

}  // namespace
}  // namespace dering::feature
