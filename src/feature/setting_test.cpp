// SPDX-License-Identifier: Apache-2.0
#include "feature/setting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using media::v2::Tone;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using ::testing::HasSubstr;

class SettingTest : public testing::Exchange {
 protected:
  void on_invite(sip::RequestArrived invite) override {
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "*721002"}, setting(wanted_), it);
  }
  testing::Sent dial() {
    RequestText text;
    text.uri = "sip:*721002@pbx.test";
    text.body = testing::desk_sdp;
    return dial(text);
  }
  testing::Sent dial(RequestText text) {
    receive(phone_, text.text());
    testing::Sent ok = take(200);
    text.method = "ACK";
    text.branch += "ack";
    text.to_tag = ok.message.to().tag();
    text.body.clear();
    receive(phone_, text.text());
    return ok;
  }
  Tone::Name heard() const { return started().at(0).tone().name(); }

  routing::Setting wanted_{{.always = "1002"}};
  sip::Flow phone_ = sip::testing::udp_flow();
};

TEST_F(SettingTest, IsConfirmedByAToneAndHungUp) {
  const auto ok = dial();
  ASSERT_EQ(out_.forwardings.size(), 1U);
  EXPECT_EQ(out_.forwardings[0].extension, "1001");
  EXPECT_EQ(out_.forwardings[0].change, wanted_.change);
  EXPECT_EQ(heard(), Tone::NAME_CONFIRMATION);
  pass(setting_tone_time - 1ms);
  EXPECT_EQ(calls_.call_count(), 1U);
  pass(1ms);
  const auto bye = take(Method::bye);
  EXPECT_EQ(bye.to, phone_);
  receive(phone_, answer_text(bye.message, 200));
  EXPECT_EQ(last_outcome(), "answered");
  EXPECT_EQ(calls_.call_count(), 0U);
  EXPECT_EQ(out_.commands.back().verb_case(), media::v2::Command::kCloseBridge);
}

TEST_F(SettingTest, WhatCannotBeTakenSoundsOtherwiseAndChangesNothing) {
  using Fault = routing::Setting::Fault;
  const std::vector<std::pair<Fault, std::string>> all{
      {Fault::incomplete, "SIP;cause=484;text=\"incomplete_number\""},
      {Fault::unknown_number, "SIP;cause=404;text=\"unknown_number\""},
      {Fault::own_number, "SIP;cause=482;text=\"self_call\""}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    wanted_.fault = all[i].first;
    RequestText text;
    text.call_id = std::to_string(i);
    text.branch = "z9hG4bK" + std::to_string(i);
    text.body = testing::desk_sdp;
    dial(text);
    EXPECT_EQ(started().back().tone().name(), Tone::NAME_CONGESTION);
    pass(setting_tone_time);
    const auto bye = take(Method::bye);
    EXPECT_EQ(bye.message.header(HeaderId::reason), all[i].second);
    receive(phone_, answer_text(bye.message, 200));
    sent_.clear();
  }
  EXPECT_TRUE(out_.forwardings.empty());
}

TEST_F(SettingTest, WhoHangsUpEarlyHasChangedIt) {
  const auto ok = dial();
  RequestText bye;
  bye.method = "BYE";
  bye.branch = "z9hG4bKbye";
  bye.to_tag = ok.message.to().tag();
  bye.cseq = 2;
  receive(phone_, bye.text());
  EXPECT_EQ(out_.forwardings.size(), 1U);
  EXPECT_EQ(calls_.call_count(), 0U);
}

TEST_F(SettingTest, WithoutAnEngineNothingChangesUnheard) {
  media_.on_lost();
  RequestText text;
  text.body = testing::desk_sdp;
  receive(phone_, text.text());
  EXPECT_TRUE(out_.forwardings.empty());
  EXPECT_EQ(last_outcome(), "media_unavailable");
}

TEST_F(SettingTest, APageHearsItToo) {
  RequestText text;
  text.transport = "WSS";
  text.body = testing::browser_sdp;
  receive(sip::testing::wss_flow(1), text.text());
  EXPECT_EQ(take(200).message.header("X-Dering-Media"), "terminated;reason=announcement");
  EXPECT_EQ(heard(), Tone::NAME_CONFIRMATION);
}

}  // namespace
}  // namespace dering::feature
