// SPDX-License-Identifier: Apache-2.0
#include "switchboard/switchboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "feature/testing/descriptions.h"
#include "sip/testing/sip_text.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using directory::Presence;
using feature::testing::browser_answer;
using feature::testing::browser_sdp;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Sent {
  sip::Flow to;
  sip::Message message;
};

class SwitchboardTest : public ::testing::Test {
 protected:
  SwitchboardTest() { restart(); }

  /// With what settings_ says now.
  void restart() {
    switchboard_.emplace(settings_, random_);
    begin();
  }
  void begin() {
    feed(WallClock{1'800'000'000s});
    std::vector<directory::User> users{{{1}, {}, "s1", "siti", "Siti", {}, "1001"},
                                       {{2}, {}, "s2", "budi", "Budi", {}, "1002"}};
    feed(directory::DirectoryChanged{std::make_shared<const directory::Directory>(
        std::move(users), std::vector<directory::DeviceCredential>{})});
    ready({});
    out_.clear();
  }

  void feed(Input&& input) { switchboard_->take(std::move(input), now_, out_); }
  void ready(const std::vector<std::uint64_t>& bridges) {
    media::v2::Event event;
    event.mutable_ready()->add_addresses("198.51.100.7");
    event.mutable_ready()->add_udp_ports(10'000);
    for (const std::uint64_t bridge : bridges) event.mutable_ready()->add_bridges(bridge);
    feed(std::move(event));
  }
  void receive(const sip::Flow& flow, std::string_view text) {
    feed(sip::Received{flow, sip::testing::parsed(text)});
  }
  /// Siti calls Budi, who answers.
  Sent talk() {
    sign_in(siti_, "1001", "s1");
    sign_in(budi_, "1002", "s2");
    receive(siti_, invite_to("1002").text());
    Sent rung = take(Method::invite);
    receive(budi_, answer_text(rung.message, 200, "b", "<sip:c1002@x.invalid>", browser_answer()));
    out_.clear();
    return rung;
  }
  void sign_out(const std::string& subject) {
    feed(identity::SignedOut{{.issuer = {}, .subject = subject, .sid = {}, .issued_at = 0}});
  }
  /// The browser of this user registers with a token that is good.
  void sign_in(const sip::Flow& flow, const std::string& extension, std::string subject) {
    register_by_token(flow, extension, std::move(subject));
    ASSERT_EQ(take(200).to, flow);
  }
  void register_by_token(const sip::Flow& flow, const std::string& extension, std::string subject) {
    RequestText text;
    text.method = "REGISTER";
    text.uri = "sip:pbx.test";
    text.transport = "WSS";
    text.branch = "z9hG4bKreg" + extension + "-" + std::to_string(flow.connection);
    text.from = text.to = "<sip:" + extension + "@pbx.test>";
    text.call_id = "register-" + extension + "-" + std::to_string(flow.connection);
    text.contact = "<sip:c" + extension + "@x.invalid;transport=ws>;expires=600" + instance_;
    text.more = "Authorization: Bearer good\r\n";
    receive(flow, text.text());
    const auto* question = first<identity::VerifyToken>();
    ASSERT_TRUE(question);
    identity::TokenClaims claims;
    claims.subject = std::move(subject);
    claims.roles = {identity::Role::user};
    claims.expires_at = 1'900'000'000;
    feed(identity::TokenJudged{question->question, claims});
  }
  RequestText invite_to(const std::string& number) const {
    RequestText text;
    text.uri = "sip:" + number + "@pbx.test";
    text.to = "<" + text.uri + ">";
    text.transport = "WSS";
    text.branch = "z9hG4bK" + number;
    text.call_id = "call-to-" + number;
    text.contact = "<sip:c1001@x.invalid;transport=ws;ob>";
    text.body = browser_sdp;
    return text;
  }

  template <class Kind>
  const Kind* first() const {
    for (const Output& output : out_) {
      if (const Kind* one = std::get_if<Kind>(&output)) return one;
    }
    return nullptr;
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Output& output : out_) {
      if (const Kind* one = std::get_if<Kind>(&output)) found.push_back(*one);
    }
    return found;
  }
  /// The first message sent of which this is true; all outputs are forgotten.
  template <class IsWanted>
  Sent take_if(IsWanted is_wanted) {
    for (const Output& output : std::exchange(out_, {})) {
      const auto* send = std::get_if<sip::Send>(&output);
      if (!send) continue;
      Sent sent{send->flow, sip::testing::parsed(send->bytes)};
      if (is_wanted(sent.message)) return sent;
    }
    ADD_FAILURE() << "not sent";
    return {{}, sip::testing::parsed(RequestText{})};
  }
  Sent take(int status) {
    return take_if([&](const sip::Message& message) { return message.status() == status; });
  }
  Sent take(Method method) {
    return take_if([&](const sip::Message& message) {
      return message.is_request() && message.method() == method;
    });
  }

  Instant now_ = Instant{} + 1h;
  SeededRandom random_{3};
  Settings settings_ = [] {
    Settings settings;
    settings.names.host = "pbx.test";
    settings.realm = "pbx.test";
    settings.authorization_server = "https://sso.test";
    settings.calls_per_user = 2;
    return settings;
  }();
  std::optional<Switchboard> switchboard_;
  Outbox out_;
  std::string instance_;  ///< parameters of Contact, for a phone with an instance
  sip::Flow siti_ = sip::testing::wss_flow(1);
  sip::Flow budi_ = sip::testing::wss_flow(2);
};

TEST_F(SwitchboardTest, AT9WhoDialsWithoutEndHasToWaitAndLeavesNoMoreRecords) {
  sign_in(siti_, "1001", "s1");
  sign_in(budi_, "1002", "s2");
  int dialled = 0;
  const auto dial = [&](const sip::Flow& flow) {
    RequestText invite = invite_to("9999");
    invite.branch += std::to_string(++dialled);
    invite.call_id += std::to_string(dialled);
    receive(flow, invite.text());
  };
  out_.clear();
  for (int i = 0; i < 500; ++i) dial(siti_);
  EXPECT_EQ(all<directory::SaveCallRecord>().size(), settings_.new_calls_per_minute);
  EXPECT_EQ(take(503).message.header("Retry-After"), "1");
  dial(budi_);
  (void)take(404);
  now_ += 1s;
  dial(siti_);
  (void)take(404);
}

TEST_F(SwitchboardTest, APageThatIsBackBeforeItsBindingIsForgottenRingsAgain) {
  instance_ = ";reg-id=1;+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-000000000002>\"";
  sign_in(siti_, "1001", "s1");
  sign_in(budi_, "1002", "s2");
  receive(siti_, invite_to("1002").text());
  EXPECT_EQ(take(Method::invite).to, budi_);
  feed(sip::FlowClosed{budi_});
  now_ += 2s;
  const sip::Flow back = sip::testing::wss_flow(77);
  register_by_token(back, "1002", "s2");
  EXPECT_EQ(take(Method::invite).to, back);
}

TEST_F(SwitchboardTest, AStrangerOnAWebSocketIsAskedForAToken) {
  receive(siti_, invite_to("1002").text());
  const Sent challenge = take(401);
  EXPECT_THAT(std::string(*challenge.message.header(HeaderId::www_authenticate)),
              StartsWith("Bearer realm=\"pbx.test\", authz_server=\"https://sso.test\""));
  EXPECT_EQ(switchboard_->counts().calls, 0U);
}

TEST_F(SwitchboardTest, ADeskPhoneIsChallengedByDigest) {
  RequestText invite = invite_to("1002");
  invite.transport = "UDP";
  receive(sip::testing::udp_flow(), invite.text());
  EXPECT_THAT(std::string(*take(407).message.header(HeaderId::proxy_authenticate)),
              StartsWith("Digest realm=\"pbx.test\""));
}

TEST_F(SwitchboardTest, TheCallerIsWhoSignedInAndNotWhoFromSays) {
  sign_in(siti_, "1001", "s1");
  sign_in(budi_, "1002", "s2");
  RequestText invite = invite_to("1002");
  invite.from = "\"The Director\" <sip:1000@pbx.test>";
  receive(siti_, invite.text());
  const Sent rung = take(Method::invite);
  EXPECT_EQ(rung.to, budi_);
  EXPECT_EQ(rung.message.from().uri.user, "1001");
  EXPECT_EQ(rung.message.from().display_name, "\"Siti\"");
  EXPECT_EQ(rung.message.request_uri(), "sip:c1002@x.invalid;transport=ws");
}

TEST_F(SwitchboardTest, NumbersThatCannotBeCalledLeaveOneRecordEach) {
  sign_in(siti_, "1001", "s1");
  out_.clear();
  receive(siti_, invite_to("1001").text());
  receive(siti_, invite_to("7777").text());
  receive(siti_, invite_to("1002").text());
  const auto records = all<directory::SaveCallRecord>();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].record.outcome, "self_call");
  EXPECT_EQ(records[1].record.outcome, "unknown_number");
  EXPECT_EQ(records[1].record.callee, "7777");
  EXPECT_EQ(records[2].record.outcome, "offline");
  EXPECT_EQ(records[2].record.duration_ms, -1);
  EXPECT_EQ(records[2].record.started_at, 1'800'000'000);
}

TEST_F(SwitchboardTest, PresenceFollowsRegistrationCallAndHangUp) {
  sign_in(siti_, "1001", "s1");
  sign_in(budi_, "1002", "s2");
  EXPECT_EQ(switchboard_->presence("1001"), Presence::available);
  receive(siti_, invite_to("1002").text());
  EXPECT_EQ(switchboard_->presence("1001"), Presence::in_call);
  EXPECT_EQ(switchboard_->presence("1002"), Presence::available);
  const Sent rung = take(Method::invite);
  receive(budi_, answer_text(rung.message, 180, "b", "<sip:c1002@x.invalid>"));
  EXPECT_EQ(switchboard_->presence("1002"), Presence::in_call);
  out_.clear();
  receive(budi_, answer_text(rung.message, 486, "b"));
  EXPECT_EQ(all<directory::PresenceChanged>().size(), 2U);
  EXPECT_EQ(switchboard_->presence("1001"), Presence::available);
}

TEST_F(SwitchboardTest, OneCallTooManyOfAUserIsRefused) {
  sign_in(siti_, "1001", "s1");
  sign_in(budi_, "1002", "s2");
  int calls = 0;
  for (const char* number : {"1002", "*43", "*43"}) {
    RequestText invite = invite_to(number);
    invite.call_id = std::to_string(++calls);
    invite.branch += invite.call_id;
    receive(siti_, invite.text());
  }
  EXPECT_EQ(first<directory::SaveCallRecord>()->record.outcome, "too_many_calls");
  EXPECT_EQ(switchboard_->counts().calls, 2U);
}

TEST_F(SwitchboardTest, BridgesOfAnEarlierLifeAreClosed) {
  ready({41, 42});
  const auto commands = all<media::v2::Command>();
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].close_bridge().bridge(), 41U);
}

TEST_F(SwitchboardTest, ASignOutClosesTheConnectionOfWhoDoesNotTalk) {
  sign_in(budi_, "1002", "s2");
  out_.clear();
  sign_out("s2");
  ASSERT_EQ(all<sip::CloseFlow>().size(), 1U);
  EXPECT_EQ(first<sip::CloseFlow>()->flow, budi_);
  EXPECT_EQ(switchboard_->presence("1002"), Presence::offline);
}

TEST_F(SwitchboardTest, ASignOutLetsACallFinishAndThenClosesItsConnection) {
  const Sent rung = talk();
  sign_out("s2");
  EXPECT_EQ(first<sip::CloseFlow>(), nullptr);
  EXPECT_EQ(switchboard_->counts().calls, 1U);
  EXPECT_EQ(switchboard_->counts().bindings, 1U) << "his is gone";
  // Nothing new starts on it.
  receive(budi_, invite_to("1001").text());
  take(401);
  // He hangs up as if nothing had happened.
  RequestText bye;
  bye.method = "BYE";
  bye.transport = "WSS";
  bye.branch = "z9hG4bKbye";
  bye.from = "<sip:c1002@x.invalid>";
  bye.from_tag = "b";
  bye.to_tag = std::string(rung.message.from().tag());
  bye.call_id = std::string(rung.message.call_id());
  receive(budi_, bye.text());
  ASSERT_EQ(all<sip::CloseFlow>().size(), 1U);
  EXPECT_EQ(first<sip::CloseFlow>()->flow, budi_);
  EXPECT_EQ(take(200).to, budi_);
}

TEST_F(SwitchboardTest, WhoSignsInAgainDuringTheCallKeepsTheConnection) {
  const Sent rung = talk();
  sign_out("s2");
  sign_in(budi_, "1002", "s2");
  feed(EndAllCalls{});
  receive(budi_, answer_text(take(Method::bye).message, 200, "b"));
  EXPECT_EQ(first<sip::CloseFlow>(), nullptr);
  EXPECT_EQ(switchboard_->presence("1002"), Presence::available);
}

TEST_F(SwitchboardTest, ASignOutMayEndTheCallToo) {
  settings_.calls_after_sign_out = CallsAfterSignOut::end;
  restart();
  talk();
  sign_out("s2");
  EXPECT_EQ(first<directory::SaveCallRecord>()->record.outcome, "signed_out");
  EXPECT_EQ(first<sip::CloseFlow>(), nullptr) << "his phone must hear the BYE first";
  const Sent bye = take_if([&](const sip::Message& message) {
    return message.is_request() && message.method() == Method::bye &&
           message.header(HeaderId::reason) == "SIP;cause=403;text=\"signed_out\"";
  });
  EXPECT_EQ(bye.to, budi_);
  receive(budi_, answer_text(bye.message, 200, "b"));
  EXPECT_EQ(first<sip::CloseFlow>()->flow, budi_);
}

TEST_F(SwitchboardTest, AStopEndsAllCallsWithWords) {
  talk();
  feed(EndAllCalls{});
  EXPECT_EQ(first<directory::SaveCallRecord>()->record.outcome, "shutdown");
  EXPECT_EQ(take(Method::bye).to, budi_);
}

TEST_F(SwitchboardTest, WhatWeDoNotServeIsRefusedPolitely) {
  RequestText text;
  text.method = "PUBLISH";
  receive(sip::testing::udp_flow(), text.text());
  EXPECT_THAT(std::string(*take(405).message.header(HeaderId::allow)), HasSubstr("INVITE"));
  text.method = "OPTIONS";
  text.branch = "z9hG4bKoptions";
  receive(sip::testing::udp_flow(), text.text());
  EXPECT_EQ(take(200).message.header(HeaderId::accept), "application/sdp");
  text.method = "BYE";
  text.branch = "z9hG4bKbye";
  text.to_tag = "nobody";
  receive(sip::testing::udp_flow(), text.text());
  take(481);
}

}  // namespace
}  // namespace dering::switchboard
