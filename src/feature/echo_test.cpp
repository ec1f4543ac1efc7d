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
  ASSERT_EQ(out_.commands.size(), 2U);
  EXPECT_EQ(out_.commands[0].open_bridge().kind(), media::v2::OpenBridge::KIND_ECHO);
  EXPECT_EQ(out_.commands[1].open_port().dtls().role(), media::v2::Dtls::ROLE_SERVER);
  EXPECT_THAT(out_.commands[1].open_port().dtls().fingerprint(), HasSubstr("00:11:22"));
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

TEST_F(EchoTest, ADeskPhoneGets488) {
  receive(sip::testing::udp_flow(), [&] {
    RequestText text = invite_text();
    text.transport = "UDP";
    text.body = testing::desk_sdp;
    return text.text();
  }());
  take(488);
}

}  // namespace
}  // namespace dering::feature
