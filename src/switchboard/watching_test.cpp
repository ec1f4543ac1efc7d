// SPDX-License-Identifier: Apache-2.0
//
// Busy lamps: who watches whom, and what they are told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sip/message/event_fields.h"
#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using ::testing::AllOf;
using testing::DeskWorld;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sent;

class WatchingTest : public DeskWorld {
 protected:
  /// People of one unit, but for the last one.
  WatchingTest() {
    std::vector<directory::User> users;
    std::vector<directory::DeviceCredential> devices;
    for (unsigned i = 1; i <= 5; ++i) {
      const std::string device = fmt::format("dev{}", i);
      users.push_back({{i},
                       {},
                       "s" + extension(i),
                       device,
                       "Name " + extension(i),
                       i < 5 ? "Library" : "Garden",
                       extension(i)});
      devices.push_back(
          {device, extension(i),
           identity::digest_ha1(identity::DigestAlgorithm::md5, device, "dering", "secret"),
           identity::digest_ha1(identity::DigestAlgorithm::sha256, device, "dering", "secret")});
    }
    feed(directory::DirectoryChanged{
        std::make_shared<const directory::Directory>(std::move(users), std::move(devices))});
    out.clear();
  }

  RequestText subscribe_text(unsigned i, const std::string& number, const std::string& event,
                             const std::string& more = "") {
    RequestText text = request(i, "SUBSCRIBE", "sip:" + number + "@dering");
    text.more = "Event: " + event + "\r\n" + more;
    return text;
  }
  /// Phone i watches somebody; gives its SUBSCRIBE with the tag of ours.
  RequestText watches(unsigned i, const std::string& number, const std::string& event = "dialog",
                      const std::string& more = "") {
    RequestText text = ask(phone(i), subscribe_text(i, number, event, more), i);
    for (const Sent& sent : sent_if([](const auto& message) { return message.status() == 200; })) {
      text.to_tag = sent.message.to().tag();
    }
    EXPECT_FALSE(text.to_tag.empty());
    return text;
  }
  /// What the phone was told by NOTIFY since the last time, each answered with 200.
  std::vector<Sent> told(unsigned i, int status = 200) {
    std::vector<Sent> notifies;
    for (Sent& sent : sent(Method::notify)) {
      if (sent.to.remote != phone(i).remote) continue;
      receive(phone(i), answer_text(sent.message, status, "w"));
      notifies.push_back(std::move(sent));
    }
    out.clear();
    return notifies;
  }
  std::string only(const std::vector<Sent>& notifies) {
    EXPECT_EQ(notifies.size(), 1U);
    return notifies.empty() ? std::string() : std::string(notifies.back().message.body());
  }
  int refused(unsigned i, RequestText text) {
    ask(phone(i), std::move(text), i);
    return take_final().message.status();
  }
  RequestText again(RequestText text, const std::string& more) {
    text.more = more;
    ++text.cseq;
    text.branch = new_branch();
    return text;
  }
};

TEST_F(WatchingTest, APhoneIsToldAtOnceThatNobodyCalls) {
  watches(1, "1102");
  const std::string body = only(told(1));
  EXPECT_THAT(body, AllOf(HasSubstr("version=\"0\" state=\"full\" entity=\"sip:1102@dering\""),
                          Not(HasSubstr("<dialog "))));
}

TEST_F(WatchingTest, TheLampFollowsACallFromTheFirstRingToTheEnd) {
  registers(2);
  registers(3);
  watches(1, "1102");
  told(1);
  const RequestText invite = dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two", "<sip:1102@192.0.2.2:5060>"));
  std::string body = only(told(1));
  EXPECT_THAT(body, AllOf(HasSubstr("version=\"1\" state=\"partial\""),
                          HasSubstr("direction=\"recipient\"><state>early</state>"),
                          HasSubstr("<identity display=\"Name 1103\">sip:1103@dering")));
  receive(phone(2), answer_text(rung.message, 200, "two", "<sip:1102@192.0.2.2:5060>",
                                feature::testing::desk_sdp));
  EXPECT_THAT(only(told(1)), HasSubstr("<state>confirmed</state>"));
  RequestText bye = invite;
  bye.method = "CANCEL";
  RequestText hang_up = request(2, "BYE", std::string("sip:1103@198.51.100.7:5060"));
  hang_up.from = "<sip:1102@dering>";
  hang_up.from_tag = "two";
  hang_up.to = std::string(*rung.message.header(HeaderId::from));
  hang_up.to = hang_up.to.substr(0, hang_up.to.find(";tag="));
  hang_up.to_tag = rung.message.from().tag();
  hang_up.call_id = rung.message.call_id();
  receive(phone(2), hang_up.text());
  EXPECT_THAT(only(told(1)),
              AllOf(HasSubstr("state=\"partial\""), HasSubstr("<state>terminated</state>")));
}

TEST_F(WatchingTest, AColleagueLearnsTheNamesThatPickACallUpAndAStrangerToTheUnitDoesNot) {
  registers(2);
  registers(3);
  watches(1, "1102");
  told(1);
  watches(5, "1102");
  told(5);
  dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two", "<sip:1102@192.0.2.2:5060>"));
  const auto notifies = sent(Method::notify);
  ASSERT_EQ(notifies.size(), 2U);
  const std::string names = fmt::format("call-id=\"{}\" local-tag=\"two\" remote-tag=\"{}\"",
                                        rung.message.call_id(), rung.message.from().tag());
  for (const Sent& notify : notifies) {
    const bool is_colleague = notify.to.remote == phone(1).remote;
    EXPECT_EQ(notify.message.body().contains(names), is_colleague);
    EXPECT_EQ(notify.message.body().contains("call-id"), is_colleague);
  }
}

TEST_F(WatchingTest, WhoCallsWithoutANameIsNotNamedOnALampEither) {
  registers(2);
  registers(3);
  watches(1, "1102");
  told(1);
  RequestText invite = this->invite(3, "sip:1102@dering");
  invite.more = "Privacy: id\r\n";
  ask(phone(3), invite, 3);
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two"));
  const std::string body = only(told(1));
  EXPECT_THAT(body, HasSubstr("<state>early</state>"));
  EXPECT_THAT(body, Not(HasSubstr("1103")));
}

TEST_F(WatchingTest, OfACallThatComesAndGoesWhileANotifyIsUnderWayTheEndIsTold) {
  registers(2);
  registers(3);
  watches(1, "1102");
  told(1);
  const RequestText invite = dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two"));
  const auto first = sent(Method::notify);
  ASSERT_EQ(first.size(), 1U);
  out.clear();
  receive(phone(2), answer_text(rung.message, 486, "two"));
  EXPECT_TRUE(sent(Method::notify).empty()) << "one is under way";
  receive(phone(1), answer_text(first.front().message, 200, "w"));
  EXPECT_THAT(only(told(1)), HasSubstr("<state>terminated</state>"));
}

TEST_F(WatchingTest, PresenceIsOpenOrClosedAndSaysWhoIsOnThePhone) {
  watches(1, "1102", "presence");
  EXPECT_THAT(only(told(1)), HasSubstr("<basic>closed</basic>"));
  registers(2, phone(2));
  feed(TimePassed{});
  auto body = switchboard.presence("1102");
  EXPECT_EQ(body, directory::Presence::available);
}

TEST_F(WatchingTest, PresenceIsToldWhenAPhoneComesAndWhenItTalks) {
  watches(1, "1102", "presence");
  told(1);
  RequestText text = request(2, "REGISTER", "sip:dering");
  text.to = text.from;
  ask(phone(2), text, 2);
  EXPECT_THAT(only(told(1)), AllOf(HasSubstr("<basic>open</basic>"), Not(HasSubstr("rpid:on"))));
  registers(3);
  dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two"));
  EXPECT_THAT(only(told(1)), HasSubstr("<rpid:on-the-phone/>"));
}

TEST_F(WatchingTest, AnEventTouchesOnlyThoseWhoWatchThatPerson) {
  registers(2);
  registers(3);
  watches(1, "1104");
  told(1);
  dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two"));
  EXPECT_TRUE(sent(Method::notify).empty());
}

TEST_F(WatchingTest, E2AStrangerIsChallengedAndLeavesNothing) {
  receive(phone(9), subscribe_text(1, "1102", "dialog").text());
  EXPECT_EQ(take_final().message.status(), 407);
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
  RequestText wrong = subscribe_text(1, "1102", "dialog");
  receive(phone(9), wrong.text());
  const Sent challenge = take_final();
  wrong = answered(wrong, challenge.message, 1);
  wrong.more.replace(wrong.more.find("response=\"") + 10, 4, "0000");
  receive(phone(9), wrong.text());
  EXPECT_NE(take_final().message.status(), 200);
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
}

TEST_F(WatchingTest, WhatCannotBeWatchedIsRefusedWithWords) {
  EXPECT_EQ(refused(1, subscribe_text(1, "1102", "message-summary")), 489);
  EXPECT_EQ(refused(1, subscribe_text(1, "9999", "dialog")), 404);
  EXPECT_EQ(refused(1, subscribe_text(1, "1102", "dialog;id=1;id=2")), 400);
  EXPECT_EQ(refused(1, subscribe_text(1, "1102", "dialog", "Accept: application/sdp\r\n")), 406);
  EXPECT_EQ(refused(1, subscribe_text(1, "1102", "dialog", "Expires: 59\r\n")), 423);
  RequestText foreign = request(1, "SUBSCRIBE", "sip:1102@elsewhere.test");
  foreign.more = "Event: dialog\r\n";
  EXPECT_EQ(refused(1, foreign), 404);
  ask(phone(1), subscribe_text(1, "1102", "sla"), 1);
  EXPECT_EQ(take_final().message.header(HeaderId::allow_events), "dialog, presence");
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
}

TEST_F(WatchingTest, ATimeTooShortIsRefusedWithTheShortestAndATooLongOneIsShortened) {
  ask(phone(1), subscribe_text(1, "1102", "dialog", "Expires: 1\r\n"), 1);
  const Sent refusal = take_final();
  EXPECT_EQ(refusal.message.status(), 423);
  EXPECT_EQ(refusal.message.header(HeaderId::min_expires), "60");
  ask(phone(1), subscribe_text(1, "1102", "dialog", "Expires: 86400\r\n"), 1);
  EXPECT_EQ(take_final().message.header(HeaderId::expires), "600");
}

TEST_F(WatchingTest, AFetchIsToldOnceAndLeavesNothing) {
  watches(1, "1102", "dialog", "Expires: 0\r\n");
  const auto notifies = told(1);
  EXPECT_THAT(only(notifies), HasSubstr("state=\"full\""));
  EXPECT_EQ(notifies.front().message.header(HeaderId::subscription_state),
            "terminated;reason=timeout");
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
}

TEST_F(WatchingTest, ARefreshIsToldEverythingAndOneOfNothingThatWeKnowGets481) {
  const RequestText text = watches(1, "1102");
  told(1);
  receive(phone(1), again(text, "Event: dialog\r\n").text());
  EXPECT_THAT(only(told(1)), HasSubstr("version=\"1\" state=\"full\""));
  RequestText other = again(text, "Event: presence\r\n");
  other.cseq += 1;
  receive(phone(1), other.text());
  EXPECT_EQ(take_final().message.status(), 481);
  RequestText lost = again(text, "Event: dialog\r\n");
  lost.cseq += 2;
  lost.to_tag = "before-the-restart";
  receive(phone(1), lost.text());
  EXPECT_EQ(take_final().message.status(), 481);
}

TEST_F(WatchingTest, AStrangerEndsNobodysSubscription) {
  RequestText text = watches(1, "1102");
  told(1);
  text = again(text, "Event: dialog\r\nExpires: 0\r\n");
  receive(phone(9), text.text());
  EXPECT_EQ(take_final().message.status(), 407);
  EXPECT_EQ(switchboard.counts().subscriptions, 1U);
  receive(phone(1), text.text());
  EXPECT_EQ(switchboard.counts().subscriptions, 1U) << "the last NOTIFY is on its way";
  told(1);
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
}

TEST_F(WatchingTest, APhoneThatForgotItIsTakenOutByIts481) {
  watches(1, "1102");
  told(1, 481);
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
}

TEST_F(WatchingTest, APhoneThatDoesNotAnswerIsForgottenAndSoIsOneThatDoesNotRefresh) {
  watches(1, "1102");
  out.clear();
  wait(40s);
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
  watches(1, "1102");
  told(1);
  wait(601s);
  told(1);
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
  for (const TableSize& table : switchboard.tables()) {
    if (table.name.contains("subscri") || table.name.contains("watch") ||
        table.name.contains("NOTIFY")) {
      EXPECT_EQ(table.size, 0U) << table.name;
    }
  }
}

TEST_F(WatchingTest, WhoIsNoMoreInTheHouseIsWatchedByNobody) {
  watches(1, "1102");
  told(1);
  feed(directory::DirectoryChanged{
      std::make_shared<const directory::Directory>(
          std::vector<directory::User>{{{1}, {}, "s1101", "dev1", "Name", {}, "1101"}},
          std::vector<directory::DeviceCredential>{}),
      {"1102"}});
  const auto notifies = told(1);
  ASSERT_EQ(notifies.size(), 1U);
  EXPECT_EQ(notifies.front().message.header(HeaderId::subscription_state),
            "terminated;reason=noresource");
  EXPECT_EQ(switchboard.counts().subscriptions, 0U);
}

class WatchingFloodTest : public WatchingTest {};

TEST_F(WatchingFloodTest, IsRefusedWithWordsAndCounted) {
  for (int i = 0; i < 300; ++i) {
    watches(1, "1102");
    out.clear();
  }
  ask(phone(1), subscribe_text(1, "1102", "dialog"), 1);
  const Sent refusal = take_final();
  EXPECT_EQ(refusal.message.status(), 403);
  EXPECT_THAT(std::string(refusal.message.header(HeaderId::warning).value_or("")),
              HasSubstr("Too Many Subscriptions"));
  EXPECT_EQ(switchboard.counts().subscriptions, 300U);
  EXPECT_EQ(switchboard.counts().subscriptions_refused, 1U);
  int status = 403;
  for (int i = 0; i < 700 && status != 503; ++i) {
    status = refused(1, subscribe_text(1, "1102", "dialog"));
  }
  EXPECT_EQ(status, 503);
}

TEST_F(WatchingFloodTest, ThousandsAreToldAFewAtATime) {
  registers(2);
  registers(3);
  for (unsigned i : {1U, 4U}) {
    for (int n = 0; n < 150; ++n) {
      watches(i, "1102");
      told(i);
    }
  }
  for (int i = 0; i < 10; ++i) {
    pass(SubscriptionTable::beat);
    for (const Sent& notify : sent(Method::notify)) {
      receive(notify.to, answer_text(notify.message, 200, "w"));
    }
    out.clear();
  }
  dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two"));
  EXPECT_EQ(sent(Method::notify).size(), SubscriptionTable::notifies_per_beat);
  EXPECT_LE(switchboard.next_deadline().value(), now + SubscriptionTable::beat);
  for (int i = 0; i < 4; ++i) pass(SubscriptionTable::beat);
  EXPECT_EQ(sent(Method::notify).size(), 300U);
}

}  // namespace
}  // namespace dering::switchboard
