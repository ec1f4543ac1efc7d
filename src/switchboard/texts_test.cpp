// SPDX-License-Identifier: Apache-2.0
//
// MESSAGE: delivered, kept, refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using directory::DropMessage;
using directory::SaveMessage;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::DeskWorld;
using ::testing::HasSubstr;
using testing::Sent;

class TextsTest : public DeskWorld {
 protected:
  RequestText text_to(unsigned i, const std::string& number, const std::string& body) {
    RequestText text = request(i, "MESSAGE", "sip:" + number + "@dering");
    text.content_type = "text/plain";
    text.contact.clear();
    text.body = body;
    return text;
  }
  void says(unsigned i, const std::string& number, const std::string& body = "Selamat pagi") {
    ask(phone(i), text_to(i, number, body), i);
  }
  int status_of(const RequestText& text) {
    ask(phone(1), text, 1);
    return take_final().message.status();
  }
  std::vector<int> finals() const {
    std::vector<int> statuses;
    for (const Sent& sent : sent_if([](const auto& message) { return message.status() >= 200; })) {
      statuses.push_back(sent.message.status());
    }
    return statuses;
  }
  /// Each text that was sent to this phone, answered so.
  std::vector<std::string> takes(unsigned i, int status = 200) {
    std::vector<std::string> bodies;
    for (const Sent& sent : sent(Method::message)) {
      if (sent.to.remote != phone(i).remote) continue;
      bodies.emplace_back(sent.message.body());
      receive(phone(i), answer_text(sent.message, status, "t"));
    }
    return bodies;
  }
};

TEST_F(TextsTest, ATextGoesToAllPhonesAndTheSenderHearsWhenOneHasIt) {
  registers(2);
  RequestText other = request(2, "REGISTER", "sip:dering");
  other.to = other.from;
  other.contact = "<sip:1102@192.0.2.7:5060>";
  ask(phone(7), other, 2);
  out.clear();
  says(1, "1102");
  const auto texts = sent(Method::message);
  ASSERT_EQ(texts.size(), 2U);
  const sip::Message& text = texts.front().message;
  EXPECT_EQ(text.body(), "Selamat pagi");
  EXPECT_EQ(text.header(HeaderId::content_type), "text/plain;charset=UTF-8");
  EXPECT_THAT(std::string(*text.header(HeaderId::from)),
              HasSubstr("\"Name 1101\" <sip:1101@dering>;tag="));
  EXPECT_TRUE(text.header(HeaderId::date));
  EXPECT_FALSE(text.header(HeaderId::contact)) << "RFC 3428 §8";
  EXPECT_TRUE(finals().empty()) << "nobody has it yet";
  takes(2);
  EXPECT_EQ(finals(), std::vector{200});
  takes(7);
  EXPECT_EQ(finals(), std::vector{200});
  EXPECT_EQ(switchboard.counts().texts.delivered, 1U);
  EXPECT_TRUE(all<SaveMessage>().empty());
}

TEST_F(TextsTest, ForWhoIsAwayItWaitsAndIsDeliveredOnceWhenAPhoneComes) {
  says(1, "1102", "eins");
  EXPECT_EQ(finals(), std::vector{202});
  ASSERT_EQ(all<SaveMessage>().size(), 1U);
  says(1, "1102", "zwei");
  out.clear();
  RequestText text = request(2, "REGISTER", "sip:dering");
  text.to = text.from;
  ask(phone(2), text, 2);
  EXPECT_EQ(takes(2), std::vector<std::string>{"eins"}) << "one after the other";
  EXPECT_EQ(all<DropMessage>().size(), 1U);
  const auto texts = sent(Method::message);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts.back().message.body(), "zwei");
  receive(phone(2), answer_text(texts.back().message, 200, "t"));
  EXPECT_EQ(switchboard.counts().texts.waiting, 0U);
  out.clear();
  registers(2, phone(7));
  EXPECT_TRUE(sent(Method::message).empty()) << "delivered once";
}

TEST_F(TextsTest, WhatNoPhoneTakesWaitsAndSoDoesWhatNoneAnswers) {
  registers(2);
  says(1, "1102");
  takes(2, 405);
  EXPECT_EQ(finals(), std::vector{202});
  EXPECT_EQ(switchboard.counts().texts.waiting, 1U);
  out.clear();
  says(1, "1102");
  pass(MessagePost::patience);
  EXPECT_EQ(finals(), std::vector{202});
  EXPECT_EQ(switchboard.counts().texts.waiting, 2U);
}

TEST_F(TextsTest, APhoneThatAnswersLateHasItAndItWaitsNoLonger) {
  registers(2);
  says(1, "1102");
  pass(MessagePost::patience);
  EXPECT_EQ(switchboard.counts().texts.waiting, 1U);
  const auto texts = sent(Method::message);
  receive(phone(2), answer_text(texts.front().message, 200, "t"));
  EXPECT_EQ(switchboard.counts().texts.waiting, 0U);
  EXPECT_EQ(all<DropMessage>().size(), 1U);
}

TEST_F(TextsTest, APhoneThatComesNeedNotWaitForOneThatIsDead) {
  registers(2);
  says(1, "1102");
  pass(MessagePost::patience);
  out.clear();
  RequestText other = request(2, "REGISTER", "sip:dering");
  other.to = other.from;
  other.contact = "<sip:1102@192.0.2.7:5060>";
  ask(phone(7), other, 2);
  EXPECT_EQ(takes(7), std::vector<std::string>{"Selamat pagi"});
  EXPECT_EQ(switchboard.counts().texts.waiting, 0U);
}

TEST_F(TextsTest, AfterARestartWhatWaitedIsDelivered) {
  feed(directory::MessagesKept{{{.id = 77,
                                 .recipient = "1102",
                                 .sender = "1101",
                                 .sender_name = "Name",
                                 .text = "from before",
                                 .sent_at = 1'799'999'000}}});
  RequestText text = request(2, "REGISTER", "sip:dering");
  text.to = text.from;
  ask(phone(2), text, 2);
  EXPECT_EQ(takes(2), std::vector<std::string>{"from before"});
  ASSERT_EQ(all<DropMessage>().size(), 1U);
  EXPECT_EQ(all<DropMessage>().front().id, 77U);
}

TEST_F(TextsTest, WhatWaitsForAWeekIsDroppedAndCounted) {
  says(1, "1102");
  out.clear();
  now += std::chrono::days(7);
  feed(WallClock{1'800'000'000s + std::chrono::days(7)});
  pass(1s);
  EXPECT_EQ(all<DropMessage>().size(), 1U);
  EXPECT_EQ(switchboard.counts().texts.expired, 1U);
  EXPECT_EQ(switchboard.counts().texts.waiting, 0U);
}

TEST_F(TextsTest, PastAThousandTheSenderIsToldAndTheOldestStays) {
  directory::MessagesKept kept;
  for (std::uint64_t id = 1; id <= 1'000; ++id) {
    kept.messages.push_back({id, "1102", "1103", "Name", "text", 1'800'000'000});
  }
  feed(std::move(kept));
  says(1, "1102");
  const Sent refusal = take_final();
  EXPECT_EQ(refusal.message.status(), 480);
  EXPECT_THAT(std::string(refusal.message.header(HeaderId::warning).value_or("")),
              HasSubstr("Too Many Texts Wait For This Person"));
  EXPECT_EQ(switchboard.counts().texts.waiting, 1'000U);
  EXPECT_EQ(switchboard.counts().texts.refused, 1U);
}

TEST_F(TextsTest, WhatIsNoShortTextIsRefusedWithWords) {
  EXPECT_EQ(status_of(text_to(1, "1102", std::string(max_text_size, 'a'))), 202);
  EXPECT_EQ(status_of(text_to(1, "1102", std::string(max_text_size + 1, 'a'))), 413);
  EXPECT_EQ(status_of(text_to(1, "1102", std::string(60'000, 'a'))), 413);
  EXPECT_EQ(status_of(text_to(1, "1102", "")), 400);
  const std::vector<std::string> bodies{std::string("a\0b", 3), std::string("\x1b[2J"),
                                        std::string("\xff\xfe"), std::string("\xc0\xaf")};
  for (const std::string& body : bodies) {
    EXPECT_EQ(status_of(text_to(1, "1102", body)), 415) << body;
  }
  RequestText text = text_to(1, "1102", "<b>hello</b>");
  for (const std::string type :
       {"text/html", "message/cpim", "application/im-iscomposing+xml", "text/plain;charset=utf-16",
        "text", "multipart/mixed;boundary=x"}) {
    text.content_type = type;
    text.branch = new_branch();
    EXPECT_EQ(status_of(text), 415) << type;
  }
  text.content_type = "text/plain;charset=\"UTF-8\"";
  text.branch = new_branch();
  EXPECT_EQ(status_of(text), 202) << "markup in a plain text is a text";
}

TEST_F(TextsTest, E2AStrangerSendsNothing) {
  receive(phone(9), text_to(1, "1102", "x").text());
  EXPECT_EQ(take_final().message.status(), 407);
  EXPECT_EQ(switchboard.counts().texts.waiting, 0U);
}

TEST_F(TextsTest, NobodyHasThatNumberOrIsTextedElsewhere) {
  EXPECT_EQ(status_of(text_to(1, "9999", "x")), 404);
  RequestText text = text_to(1, "1102", "x");
  text.uri = "sip:1102@elsewhere.test";
  EXPECT_EQ(status_of(text), 404);
}

TEST_F(TextsTest, F7TheNameOfTheSenderIsOursAndNotThatOfItsFrom) {
  registers(2);
  RequestText text = text_to(1, "1102", "x");
  text.from = "\"Rektor\" <sip:1101@dering>";
  ask(phone(1), text, 1);
  EXPECT_THAT(std::string(*take(Method::message).message.header(HeaderId::from)),
              HasSubstr("\"Name 1101\" <sip:1101@dering>"));
}

TEST_F(TextsTest, WhoHidesIsNotNamed) {
  registers(2);
  RequestText text = text_to(1, "1102", "x");
  text.more = "Privacy: id\r\n";
  ask(phone(1), text, 1);
  const std::string from(*take(Method::message).message.header(HeaderId::from));
  EXPECT_THAT(from, HasSubstr("anonymous@anonymous.invalid"));
  EXPECT_THAT(from, ::testing::Not(HasSubstr("1101")));
}

TEST_F(TextsTest, AFloodOfTextsIsHeldBack) {
  int status = 202;
  int sent = 0;
  for (; sent < 200 && status == 202; ++sent) status = status_of(text_to(1, "1102", "x"));
  EXPECT_EQ(status, 503);
  EXPECT_EQ(sent, 61);
}

TEST_F(TextsTest, LeaveNothingBehind) {
  registers(2);
  says(1, "1102");
  wait(60s);
  feed(directory::DirectoryChanged{std::make_shared<const directory::Directory>(), {"1102"}});
  for (const TableSize& table : switchboard.tables()) {
    const bool is_of_texts = table.name.contains("text");
    EXPECT_TRUE(!is_of_texts || table.size == 0) << table.name;
  }
}

}  // namespace
}  // namespace dering::switchboard
