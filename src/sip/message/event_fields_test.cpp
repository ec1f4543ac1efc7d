// SPDX-License-Identifier: Apache-2.0
#include "sip/message/event_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dering::sip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using Reason = SubscriptionState::Reason;
using Value = SubscriptionState::Value;

Message subscribe(const std::string& fields) {
  auto read = Message::parse(
      "SUBSCRIBE sip:1002@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
      "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: c@h\r\nCSeq: 3 SUBSCRIBE\r\n" +
      fields + "\r\n");
  return std::move(*read);
}

// ---- Event

TEST(Event, HasATypeAndPerhapsAnId) {
  const auto read = parse_event(" dialog ; id=17 ; sla");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, "dialog");
  EXPECT_EQ(read->id, "17");
  EXPECT_EQ(parse_event("presence.winfo")->type, "presence.winfo");
  EXPECT_EQ(parse_event("refer;id=93809824")->id, "93809824");
  EXPECT_EQ(parse_event("dialog;call-id=\"a;id=5\";ID=6")->id, "6");
}

TEST(Event, IsRefusedWhenMalformedOversizedOrWithATwin) {
  for (const std::string text :
       {"", ";id=1", "dialog id=1", "dialog;", "dialog;;id=1", "dialog;id=1;id=2", "dialog;id",
        "dialog;id=", "dialog;id=\"1\"", "dialog.", ".dialog", "a..b", "dialog, presence",
        "dialog/x", "dia\nlog"}) {
    EXPECT_FALSE(parse_event(text)) << text;
  }
  EXPECT_TRUE(parse_event(std::string(max_event_size, 'a')));
  EXPECT_FALSE(parse_event(std::string(max_event_size + 1, 'a')));
}

TEST(Event, IsTakenFromAMessageThatHasOneOfThem) {
  EXPECT_EQ(event_of(subscribe("o: dialog\r\n"))->type, "dialog");
  EXPECT_FALSE(event_of(subscribe("")));
  EXPECT_FALSE(event_of(subscribe("Event: dialog\r\no: presence\r\n")));
}

// ---- Allow-Events

TEST(AllowEvents, ListsTypes) {
  EXPECT_THAT(allowed_events_of(subscribe("Allow-Events: dialog, presence\r\nu: refer\r\n")),
              Optional(ElementsAre("dialog", "presence", "refer")));
  EXPECT_THAT(allowed_events_of(subscribe("")), Optional(IsEmpty()));
}

TEST(AllowEvents, AreRefusedWhenMalformedOrTooMany) {
  EXPECT_FALSE(allowed_events_of(subscribe("u: dialog;id=1\r\n")));
  EXPECT_FALSE(allowed_events_of(subscribe("u: a..b\r\n")));
  std::string many = "a";
  for (int i = 1; i < 32; ++i) many += ", a";
  EXPECT_TRUE(allowed_events_of(subscribe("u: " + many + "\r\n")));
  EXPECT_FALSE(allowed_events_of(subscribe("u: " + many + ", a\r\n")));
}

// ---- Subscription-State

TEST(SubscriptionState, IsReadAsItIsWritten) {
  for (const SubscriptionState& state :
       {SubscriptionState{.value = Value::active, .expires = 600},
        SubscriptionState{.value = Value::pending},
        SubscriptionState{
            .value = Value::terminated, .reason = Reason::probation, .retry_after = 9},
        SubscriptionState{.value = Value::terminated, .reason = Reason::invariant}}) {
    const std::string text = subscription_state_value(state);
    EXPECT_THAT(parse_subscription_state(text), Optional(state)) << text;
  }
  EXPECT_EQ(subscription_state_value({.value = Value::terminated, .reason = Reason::timeout}),
            "terminated;reason=timeout");
}

TEST(SubscriptionState, PassesOverWordsThatItDoesNotKnow) {
  EXPECT_THAT(parse_subscription_state("Terminated ; Reason=because;x=\"y;reason=z\""),
              Optional(SubscriptionState{.value = Value::terminated}));
}

TEST(SubscriptionState, IsRefusedWhenMalformedOversizedOrWithATwin) {
  for (const std::string text :
       {"", "gone", "active;", "active;expires", "active;expires=-1", "active;expires=4294967296",
        "active;expires=1;expires=2", "terminated;reason", "terminated;reason=x;reason=timeout",
        "terminated;retry-after=1;retry-after=1", "active pending", "active, active"}) {
    EXPECT_FALSE(parse_subscription_state(text)) << text;
  }
  EXPECT_FALSE(parse_subscription_state("active;x=" + std::string(max_event_size, 'a')));
}

TEST(SubscriptionState, IsTakenFromAMessageThatHasOneOfThem) {
  const std::string one = "Subscription-State: active\r\n";
  EXPECT_TRUE(subscription_state_of(subscribe(one)));
  EXPECT_FALSE(subscription_state_of(subscribe("")));
  EXPECT_FALSE(subscription_state_of(subscribe(one + one)));
}

}  // namespace
}  // namespace dering::sip
