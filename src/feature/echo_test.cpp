// SPDX-License-Identifier: Apache-2.0
#include "feature/echo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using sip::testing::RequestText;
using ::testing::HasSubstr;

class EchoTest : public testing::Exchange {
 protected:
  void on_invite(sip::RequestArrived invite) override {
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "*43"}, echo(), it);
  }
  RequestText invite_text() const {
    RequestText text;
    text.transport = "WSS";
    text.uri = "sip:*43@pbx.test";
    text.body = testing::browser_sdp;
    return text;
  }
  sip::Flow caller_ = sip::testing::wss_flow(1);
};

TEST_F(EchoTest, AnswersAtOnceWithAPortOfTheEngine) {
  receive(caller_, invite_text().text());
  const auto ok = take(200);
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("a=fingerprint:sha-256 AB:CD"));
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("a=setup:passive"));
  EXPECT_EQ(ok.message.header("X-Dering-Media"), "terminated;reason=echo");
  const auto update = updated().at(0);
  EXPECT_EQ(update.keys().dtls().role(), media::v2::Dtls::ROLE_SERVER);
  EXPECT_THAT(update.keys().dtls().fingerprint(), HasSubstr("00:11:22"));
  EXPECT_EQ(update.stream().send(0).name(), media::v2::Codec::NAME_OPUS);
  EXPECT_TRUE(started().at(0).has_echo());
  EXPECT_EQ(started().at(0).port(), update.port());
}

TEST_F(EchoTest, AHangUpClosesTheBridge) {
  receive(caller_, invite_text().text());
  const auto ok = take(200);
  RequestText bye = invite_text();
  bye.method = "BYE";
  bye.branch = "z9hG4bKbye";
  bye.to_tag = ok.message.to().tag();
  bye.cseq = 2;
  bye.body.clear();
  receive(caller_, bye.text());
  take(200);
  EXPECT_EQ(out_.commands.back().verb_case(), media::v2::Command::kCloseBridge);
  EXPECT_EQ(calls_.call_count(), 0U);
  EXPECT_EQ(out_.records.size(), 1U);
}

TEST_F(EchoTest, IP11_ADeskPhoneHearsItselfToo) {
  RequestText text = invite_text();
  text.transport = "UDP";
  text.body = testing::desk_sdp;
  receive(sip::testing::udp_flow(), text.text());
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("m=audio 20000 RTP/AVP 0"));
  EXPECT_TRUE(updated().at(0).keys().has_clear());
  EXPECT_EQ(updated().at(0).stream().send(0).name(), media::v2::Codec::NAME_PCMU);
  EXPECT_TRUE(started().at(0).has_echo());
}

TEST_F(EchoTest, APhoneThatLeavesTheOfferToUsHearsItselfWhenItHasAnswered) {
  RequestText text = invite_text();
  text.transport = "UDP";
  text.body.clear();
  receive(sip::testing::udp_flow(), text.text());
  const auto ok = take(200);
  EXPECT_THAT(std::string(ok.message.body()), HasSubstr("m=audio 20000 RTP/AVP 111 9 0 8"));
  EXPECT_TRUE(started().empty());
  RequestText ack = text;
  ack.method = "ACK";
  ack.to_tag = ok.message.to().tag();
  ack.body = testing::desk_sdp;
  receive(sip::testing::udp_flow(), ack.text());
  EXPECT_EQ(updated().at(0).rtp().source(), "192.0.2.1");
  EXPECT_TRUE(started().at(0).has_echo());
}

TEST_F(EchoTest, WhoHoldsItDoesNotHearItselfUntilItResumes) {
  receive(caller_, invite_text().text());
  const auto ok = take(200);
  const auto offer = [&](std::uint32_t cseq, std::string_view way) {
    RequestText text = invite_text();
    text.to_tag = ok.message.to().tag();
    text.cseq = cseq;
    text.branch = fmt::format("z9hG4bK{}", cseq);
    text.body.replace(text.body.find("sendrecv"), 8, way);
    receive(caller_, text.text());
    take(200);
  };
  offer(2, "sendonly");
  EXPECT_TRUE(out_.commands.back().has_join() || out_.commands.back().has_stop());
  EXPECT_EQ(started().size(), 1U);
  offer(3, "sendrecv");
  EXPECT_EQ(started().size(), 2U);
  EXPECT_TRUE(started().back().has_echo());
}

}  // namespace
}  // namespace dering::feature
