// SPDX-License-Identifier: Apache-2.0
//
// What the house can carry: features that the product does not have yet, each in one file of
// src/feature/testing, and what a phone does on its own under every feature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "feature/dial.h"
#include "feature/testing/exchange.h"
#include "feature/testing/forward_on_busy.h"
#include "feature/testing/hunt.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::desk_sdp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Sent;

/// Desk phones 1001 to 1004, at ports 5061 to 5064; 1001 calls.
class ShapeTest : public testing::Exchange {
 protected:
  ShapeTest() {
    for (const char* person : {"1001", "1002", "1003", "1004"}) {
      phones_.of[person] = {{"sip:" + std::string(person) + "@192.0.2.1", flow_of(person), {}}};
    }
  }
  void on_invite(sip::RequestArrived invite) override {
    auto it = turn();
    calls_.start({std::move(invite), {"1001", "Siti"}, {}, "1002"}, make_(), it);
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
  /// The phone that was rung last takes the call.
  void answer(const Sent& invite, std::string_view sdp = desk_sdp) {
    receive(invite.to, answer_text(invite.message, 200, "t", "<sip:x@192.0.2.1>", sdp));
  }
  RequestText inside(std::string method, const Sent& ok, std::uint32_t cseq) const {
    RequestText text;
    text.method = std::move(method);
    text.sent_by = "192.0.2.1:5061";
    text.branch = "z9hG4bK" + std::to_string(cseq) + text.method;
    text.to_tag = ok.message.to().tag();
    text.cseq = cseq;
    return text;
  }
  /// 1001 and whoever was rung talk; what 1001 was told.
  Sent talk() {
    call();
    answer(take(Method::invite));
    Sent ok = take(200);
    receive(flow_of("1001"), inside("ACK", ok, 1).text());
    return ok;
  }

  std::function<std::unique_ptr<call::Feature>()> make_;
};

TEST_F(ShapeTest, AHuntRingsOneAfterTheOtherAndNamesAllInTheRecord) {
  make_ = [] {
    return std::make_unique<testing::Hunt>(std::vector<std::string>{"1002", "1003", "1004"}, 20s);
  };
  call();
  const Sent second = take(Method::invite);
  EXPECT_EQ(second.to, flow_of("1002"));
  EXPECT_EQ(calls_.waiting_calls_of("1002"), 1U);
  receive(second.to, answer_text(second.message, 180, "t"));
  EXPECT_TRUE(calls_.is_in_call("1002"));
  EXPECT_FALSE(calls_.is_in_call("1003"));
  pass(20s);
  EXPECT_EQ(take(Method::cancel).to, flow_of("1002"));
  receive(second.to, answer_text(second.message, 487, "t"));
  EXPECT_FALSE(calls_.is_in_call("1002"));
  EXPECT_EQ(calls_.waiting_calls_of("1002"), 0U);
  const Sent third = take(Method::invite);
  EXPECT_EQ(third.to, flow_of("1003"));
  receive(third.to, answer_text(third.message, 486, "t"));
  const Sent fourth = take(Method::invite);
  EXPECT_EQ(fourth.to, flow_of("1004"));
  answer(fourth);
  const Sent ok = take(200);
  EXPECT_EQ(calls_.own_calls_of("1004"), 1U);
  receive(flow_of("1001"), inside("ACK", ok, 1).text());
  receive(flow_of("1001"), inside("BYE", ok, 2).text());
  receive(fourth.to, answer_text(take(Method::bye).message, 200));
  ASSERT_EQ(out_.records.size(), 1U);
  EXPECT_EQ(out_.records[0].outcome, "answered");
  EXPECT_THAT(people(out_.records[0]), ElementsAre("1001 placed answered", "1002 rung no_answer",
                                                   "1003 rung busy", "1004 rung answered"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(ShapeTest, ACallToABusyPhoneGoesOnToSomebodyElse) {
  make_ = [] { return std::make_unique<testing::ForwardOnBusy>("1002", "1003"); };
  call();
  const Sent first = take(Method::invite);
  receive(first.to, answer_text(first.message, 486, "t"));
  const Sent second = take(Method::invite);
  EXPECT_EQ(second.to, flow_of("1003"));
  EXPECT_EQ(calls_.waiting_calls_of("1003"), 1U);
  answer(second);
  EXPECT_EQ(take(200).to, flow_of("1001"));
  EXPECT_TRUE(calls_.is_in_call("1003"));
  EXPECT_EQ(calls_.own_calls_of("1002"), 0U);
}

TEST_F(ShapeTest, WhatIsAttachedToACallSurvivesItsFeatures) {
  class TimeLimit final : public call::Feature {
   public:
    void on_start(call::Scene& scene) override { at_ = scene.now() + 100s; }
    void on(const call::LegEvent&, call::Scene&) override {}
    void on_time(call::Scene& scene) override {
      if (scene.now() >= at_) scene.end(call::Outcome::no_answer);
    }
    std::optional<Instant> next_deadline() const override { return at_; }

   private:
    Instant at_{};
  };
  class Limited final : public call::Feature {
   public:
    void on_start(call::Scene& scene) override {
      scene.attach(std::make_unique<TimeLimit>());
      scene.continue_with(dial({{"1002", "Budi"}, {{60s}}}));
    }
    void on(const call::LegEvent&, call::Scene&) override {}
  };
  make_ = [] { return std::make_unique<Limited>(); };
  talk();
  pass(99s);
  EXPECT_EQ(calls_.call_count(), 1U);
  pass(1s);
  EXPECT_EQ(last_outcome(), "no_answer");
  EXPECT_EQ(take(Method::bye).to, flow_of("1001"));
}

// ---- What a phone does by itself, under every feature -------------------------------------------

struct Shape {
  std::string name;
  std::function<std::unique_ptr<call::Feature>()> make;
};

class EveryFeature : public ShapeTest, public ::testing::WithParamInterface<Shape> {
 protected:
  EveryFeature() { make_ = GetParam().make; }
};

TEST_P(EveryFeature, APhoneThatRingsOrWaitsRefreshesAndHangsUp) {
  call();
  const Sent invite = take(Method::invite);
  receive(invite.to, answer_text(invite.message, 180, "t"));
  const Sent ringing = take(180);
  RequestText update = inside("UPDATE", ringing, 2);
  receive(flow_of("1001"), update.text());
  take(200);
  RequestText hold = inside("UPDATE", ringing, 3);
  hold.body = desk_sdp;
  receive(flow_of("1001"), hold.text());
  take(500);
  receive(flow_of("1001"), inside("BYE", ringing, 4).text());
  take(200);
  EXPECT_EQ(take(Method::cancel).to, invite.to);
  EXPECT_EQ(last_outcome(), "cancelled");
  receive(invite.to, answer_text(invite.message, 487, "t"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_P(EveryFeature, APhoneThatTalksHoldsRefreshesPressesKeysAndHangsUp) {
  const Sent ok = talk();
  receive(flow_of("1001"), inside("UPDATE", ok, 2).text());
  EXPECT_EQ(take(200).to, flow_of("1001"));
  RequestText hold = inside("INVITE", ok, 3);
  hold.body = std::string(desk_sdp) + "a=sendonly\r\n";
  receive(flow_of("1001"), hold.text());
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("a=recvonly"));
  receive(flow_of("1001"), inside("ACK", ok, 3).text());
  RequestText resume = inside("UPDATE", ok, 31);
  resume.body = desk_sdp;
  receive(flow_of("1001"), resume.text());
  EXPECT_THAT(std::string(take(200).message.body()), HasSubstr("a=sendrecv"));
  RequestText info = inside("INFO", ok, 40);
  info.content_type = "application/dtmf-relay";
  info.body = "Signal=5\r\n";
  receive(flow_of("1001"), info.text());
  EXPECT_EQ(take(200).to, flow_of("1001"));
  EXPECT_EQ(out_.commands.back().send_digit().digit(), "5");
  receive(flow_of("1001"), inside("BYE", ok, 50).text());
  EXPECT_EQ(take(200).to, flow_of("1001"));
  const Sent bye = take(Method::bye);
  receive(bye.to, answer_text(bye.message, 200));
  EXPECT_EQ(last_outcome(), "answered");
  EXPECT_THAT(left_behind(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(
    Of, EveryFeature,
    ::testing::Values(Shape{"Dial", [] { return dial({{"1002", "Budi"}, {{60s}}}); }},
                      Shape{"Hunt",
                            [] {
                              return std::make_unique<testing::Hunt>(
                                  std::vector<std::string>{"1002"}, 60s);
                            }},
                      Shape{
                          "ForwardOnBusy",
                          [] { return std::make_unique<testing::ForwardOnBusy>("1002", "1003"); }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dering::feature
