// SPDX-License-Identifier: Apache-2.0
//
// Calls that are taken where they do not ring, and taken over from one's own phone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/message/transfer_fields.h"
#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RequestText;
using testing::Sent;

class Pickups : public testing::DeskWorld {
 protected:
  Pickups() {
    for (const unsigned i : {1U, 2U, 3U, 4U, 5U}) registers(i);
    out.clear();
  }
  /// 1105 calls this one, whose phone rings.
  struct Ringing {
    RequestText caller;
    Sent rung;
  };
  Ringing rings_at(unsigned callee) {
    RequestText caller = dials(5, extension(callee));
    Sent rung = take(Method::invite);
    receive(phone(callee), answer_text(rung.message, 180, "callee", "<sip:x@192.0.2.2:5060>"));
    out.clear();
    return {std::move(caller), std::move(rung)};
  }
  /// "1102 from 1105", "1102 no more"
  std::vector<std::string> told_ringing() {
    std::vector<std::string> told;
    for (const auto& it : all<directory::RingingChanged>()) {
      told.push_back(it.extension + (it.rings ? " from " + it.caller : " no more"));
    }
    return told;
  }
  int last_status(const sip::Flow& to) {
    int status = 0;
    for (const Sent& one : sent_if([](const sip::Message& m) { return m.status() >= 200; })) {
      if (one.to == to) status = one.message.status();
    }
    return status;
  }
  std::string replaces(const Ringing& call) {
    const sip::Message& rung = call.rung.message;
    return sip::replaces_value(
        {std::string(rung.call_id()), "callee", std::string(rung.from().tag())});
  }
  void expect_taken(const Ringing& call, unsigned by) {
    EXPECT_EQ(last_status(phone(by)), 200);
    EXPECT_EQ(last_status(phone(5)), 200) << "the caller is answered";
    const auto cancelled = sent(Method::cancel);
    ASSERT_EQ(cancelled.size(), 1U);
    EXPECT_EQ(cancelled[0].to, call.rung.to);
    EXPECT_THAT(std::string(*cancelled[0].message.header(HeaderId::reason)),
                HasSubstr("Call completed elsewhere"));
    for (const Sent& ok : sent_if([](const sip::Message& m) {
           return m.status() == 200 && m.cseq().method_name == "INVITE";
         })) {
      EXPECT_THAT(std::string(ok.message.header("P-Asserted-Identity").value_or("")),
                  HasSubstr(ok.to == phone(5) ? extension(by) : extension(5)));
    }
  }
};

TEST_F(Pickups, AColleaguesCallIsTakenByItsNumberAndByTheCodeForAny) {
  for (const char* code : {"**1102", "*8"}) {
    const Ringing call = rings_at(2);
    dials(1, code);
    expect_taken(call, 1);
    EXPECT_EQ(switchboard.counts().calls, 1U);
    feed(EndAllCalls{});
    wait(120s);
    out.clear();
  }
}

TEST_F(Pickups, OnesOwnCallIsTakenOnAnotherPhoneOfOnesOwn) {
  const Ringing call = rings_at(4);
  RequestText text = invite(4, "sip:**1104@dering");
  ask(phone(4, 5099), text, 4);
  EXPECT_EQ(last_status(phone(4, 5099)), 200);
}

TEST_F(Pickups, ThereIsNothingForOthersAndNothingWhereNothingRings) {
  const Ringing call = rings_at(2);
  for (const char* code : {"**1102", "*8"}) {
    dials(4, code);
    EXPECT_EQ(last_status(phone(4)), 404) << code;
    out.clear();
  }
  dials(1, "**1103");
  EXPECT_EQ(last_status(phone(1)), 404);
  EXPECT_EQ(switchboard.counts().calls, 1U);
  const auto records = all<directory::SaveCallRecord>();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].record.outcome, "nothing_rings");
}

TEST_F(Pickups, TwoWhoReachForTheSameCallGetItOnce) {
  const Ringing call = rings_at(2);
  dials(1, "**1102");
  EXPECT_EQ(last_status(phone(1)), 200);
  out.clear();
  dials(3, "**1102");
  EXPECT_EQ(last_status(phone(3)), 404);
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(Pickups, ABusyLampPicksUpByReplacesInEitherOrderOfTags) {
  for (const bool swapped : {false, true}) {
    const Ringing call = rings_at(2);
    RequestText text = invite(1, "sip:1102@dering");
    const auto names = *sip::parse_replaces(replaces(call));
    text.more = "Require: replaces\r\nReplaces: " +
                sip::replaces_value({names.call_id, swapped ? names.from_tag : names.to_tag,
                                     swapped ? names.to_tag : names.from_tag, true}) +
                "\r\n";
    ask(phone(1), std::move(text), 1);
    expect_taken(call, 1);
    feed(EndAllCalls{});
    wait(120s);
    out.clear();
  }
}

TEST_F(Pickups, ForeignReplacesFindsNoDialog) {
  const Ringing call = rings_at(2);
  RequestText text = invite(4, "sip:1102@dering");
  text.more = "Replaces: " + replaces(call) + "\r\n";
  ask(phone(4), text, 4);
  EXPECT_EQ(last_status(phone(4)), 481);
  for (const auto& [value, status] : std::vector<std::pair<std::string, int>>{
           {"gone;to-tag=a;from-tag=b", 481},
           {"gone;to-tag=a", 400},
           {";;;", 400},
           {std::string(2000, 'x') + ";to-tag=a;from-tag=b", 400}}) {
    out.clear();
    RequestText wrong = invite(4, "sip:1102@dering");
    wrong.more = "Replaces: " + value + "\r\n";
    ask(phone(4), wrong, 4);
    EXPECT_EQ(last_status(phone(4)), status) << value.substr(0, 40);
  }
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(Pickups, ACallIsTakenOverFromAnotherPhoneOfOnesOwnAndFromNobodyElse) {
  Talk call = talk();
  const sip::Replaces names{call.in_dialog.call_id, call.in_dialog.to_tag, call.in_dialog.from_tag};
  RequestText foreign = invite(3, "sip:1102@dering");
  foreign.more = "Replaces: " + sip::replaces_value(names) + "\r\n";
  ask(phone(3), foreign, 3);
  EXPECT_EQ(last_status(phone(3)), 481) << "a colleague listens to nobody";
  out.clear();
  RequestText early = invite(1, "sip:1102@dering");
  early.sent_by = "192.0.2.1:5099";
  early.more =
      "Replaces: " + sip::replaces_value({names.call_id, names.to_tag, names.from_tag, true}) +
      "\r\n";
  ask(phone(1, 5099), early, 1);
  EXPECT_EQ(last_status(phone(1, 5099)), 486);
  out.clear();
  RequestText own = invite(1, "sip:1102@dering");
  own.sent_by = "192.0.2.1:5099";
  own.more = "Replaces: " + sip::replaces_value(names) + "\r\n";
  ask(phone(1, 5099), own, 1);
  EXPECT_EQ(last_status(phone(1, 5099)), 200);
  const auto bye = sent(Method::bye);
  ASSERT_EQ(bye.size(), 1U);
  EXPECT_EQ(bye[0].to, phone(1)) << "the phone it was taken from";
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(Pickups, WhatRingsIsToldOnceAndItsEndWhoeverTakesIt) {
  for (const char* code : {"**1102", ""}) {
    RequestText caller = dials(5, "1102");
    const Sent rung = take(Method::invite);
    EXPECT_THAT(told_ringing(), IsEmpty()) << "no phone rings yet";
    for (int i = 0; i < 2; ++i) {
      receive(phone(2), answer_text(rung.message, 180, "callee", "<sip:x@192.0.2.2:5060>"));
    }
    EXPECT_THAT(told_ringing(), ElementsAre("1102 from 1105"));
    out.clear();
    if (*code != '\0') {
      dials(1, code);
    } else {
      receive(phone(2), answer_text(rung.message, 486, "callee"));
    }
    EXPECT_THAT(told_ringing(), ElementsAre("1102 no more"));
    feed(EndAllCalls{});
    wait(120s);
    out.clear();
  }
}

TEST_F(Pickups, WhatRingsWhereNobodyElseCouldPickItUpIsToldToNobody) {
  dials(1, "1104");
  const Sent rung = take(Method::invite);
  receive(phone(4), answer_text(rung.message, 180, "callee", "<sip:x@192.0.2.4:5060>"));
  receive(phone(4), answer_text(rung.message, 486, "callee"));
  EXPECT_THAT(all<directory::RingingChanged>(), IsEmpty());
}

TEST_F(Pickups, WhoHidesIsNamedInNoNotice) {
  RequestText text = invite(5, "sip:1102@dering");
  text.more = "Privacy: id\r\n";
  ask(phone(5), std::move(text), 5);
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "callee", "<sip:x@192.0.2.2:5060>"));
  EXPECT_THAT(told_ringing(), ElementsAre("1102 from "));
}

TEST_F(Pickups, TheRecordSaysWhoTookItAndWhoWasRung) {
  const Ringing call = rings_at(2);
  dials(1, "*8");
  out.clear();
  feed(EndAllCalls{});
  const auto records = all<directory::SaveCallRecord>();
  ASSERT_EQ(records.size(), 1U);
  std::vector<std::string> people;
  for (const auto& stay : records[0].record.stays) {
    people.push_back(stay.person + " " + stay.why + " " + stay.outcome);
  }
  EXPECT_THAT(people, ElementsAre("1105 placed shutdown", "1102 rung elsewhere",
                                  "1101 picked_up shutdown"));
}

}  // namespace
}  // namespace dering::switchboard
