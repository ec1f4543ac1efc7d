// SPDX-License-Identifier: Apache-2.0
//
// Who is said again what a broken connection took with it: the phone it was meant for, and nobody
// else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::Method;
using sip::testing::answer_text;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Sent;
using ::testing::SizeIs;

class LostFlow : public testing::DeskWorld {
 protected:
  static sip::Flow tcp(std::uint64_t connection) {
    return {sip::Transport::tcp, *SocketAddress::from_text("192.0.2.50", 40'000), connection};
  }
  /// Phone i, known by its instance.
  void registers_on(std::uint64_t connection, unsigned i) {
    testing::RequestText text = request(i, "REGISTER", "sip:dering");
    text.to = text.from;
    text.contact += fmt::format(";reg-id=1;+sip.instance=\"<urn:uuid:{}>\"", i);
    text.more = "Supported: outbound\r\n";
    ask(tcp(connection), std::move(text), i);
  }
  /// Phone 3 calls this number, which rings on a connection; then that breaks.
  void ring_and_break(const std::string& number, std::uint64_t connection) {
    registers(3);
    dials(3, number);
    ASSERT_THAT(sent(Method::invite), SizeIs(1));
    ASSERT_EQ(sent(Method::invite).front().to.connection, connection);
    feed(sip::FlowClosed{tcp(connection)});
    out.clear();
  }
};

TEST_F(LostFlow, ThePhoneThatWasRungIsToldOnItsNextConnectionThatNobodyCallsAnyMore) {
  for (const auto away : {0s, 5s, 15s, 31s}) {  // its binding ends after ten seconds
    const auto connection = static_cast<std::uint64_t>(away.count());
    registers_on(100 + connection, 1);
    ring_and_break("1101", 100 + connection);
    wait(away);
    registers_on(200 + connection, 1);
    const auto cancels = sent(Method::cancel);
    ASSERT_THAT(cancels, SizeIs(1)) << away.count() << " s away";
    EXPECT_EQ(cancels.front().to.connection, 200 + connection);
    feed(sip::FlowClosed{tcp(200 + connection)});
    wait(70s);
    out.clear();
  }
}

TEST_F(LostFlow, AnotherPhoneOfTheSameUserAndAnotherUserAreSaidNothing) {
  registers_on(1, 1);
  ring_and_break("1101", 1);
  registers_on(2, 2);
  EXPECT_THAT(sent(Method::cancel), IsEmpty());
  testing::RequestText other = request(1, "REGISTER", "sip:dering");
  other.to = other.from;
  other.contact = "<sip:other@192.0.2.77>;reg-id=1;+sip.instance=\"<urn:uuid:other>\"";
  ask(tcp(3), other, 1);
  EXPECT_THAT(sent(Method::cancel), IsEmpty());
}

TEST_F(LostFlow, AStrangerWithTheSameInstanceIsSaidNothing) {
  registers_on(1, 1);
  ring_and_break("1101", 1);
  testing::RequestText text = request(1, "REGISTER", "sip:dering");
  text.to = text.from;
  text.contact += ";reg-id=1;+sip.instance=\"<urn:uuid:1>\"";
  text.transport = "TCP";
  receive(tcp(2), text.text());
  ASSERT_EQ(take_final().message.status(), 401);
  text = request(2, "REGISTER", "sip:dering");  // and somebody else who claims it
  text.to = text.from;
  text.contact += ";reg-id=1;+sip.instance=\"<urn:uuid:1>\"";
  ask(tcp(2), std::move(text), 2);
  EXPECT_THAT(sent(Method::cancel), IsEmpty());
}

TEST_F(LostFlow, WhatWasSaidOnAConnectionOfTwoUsersFollowsNeitherOfThem) {
  registers_on(1, 1);
  registers_on(1, 2);
  ring_and_break("1102", 1);
  registers_on(2, 1);
  EXPECT_THAT(sent(Method::cancel), IsEmpty()) << "1101 must not learn who calls 1102";
}

TEST_F(LostFlow, WhereAGuestHasCalledNothingFollowsTheUser) {
  ask(tcp(1), invite(2, "sip:9999@dering"), 2);
  ASSERT_EQ(take_final().message.status(), 404);
  registers_on(1, 1);
  feed(sip::FlowClosed{tcp(1)});
  out.clear();
  registers_on(2, 1);
  EXPECT_THAT(sent_if([](const auto& message) { return message.status() == 404; }), IsEmpty());
}

TEST_F(LostFlow, ARefusalThatWasNotAcknowledgedIsSaidAgainToItsCaller) {
  registers_on(1, 1);
  ask(tcp(1), invite(1, "sip:9999@dering"), 1);
  ASSERT_EQ(take_final().message.status(), 404);
  feed(sip::FlowClosed{tcp(1)});
  registers_on(2, 1);
  const auto refusals = sent_if([](const auto& message) { return message.status() == 404; });
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_EQ(refusals.front().to.connection, 2u);
}

TEST_F(LostFlow, NothingIsLeftWhenNobodyComesBack) {
  for (std::uint64_t connection = 1; connection <= 20; ++connection) {
    registers_on(connection, 1);
    ask(tcp(connection), invite(1, "sip:9999@dering"), 1);
    feed(sip::FlowClosed{tcp(connection)});
  }
  wait(70s);
  for (const TableSize& table : switchboard.tables()) {
    const std::string name(table.name);
    if (name.find("connection") == std::string::npos && name.find("back") == std::string::npos) {
      continue;
    }
    EXPECT_EQ(table.size, 0u) << name;
  }
  EXPECT_EQ(switchboard.counts().transactions, 0u);
}

// ---- A description whose answer may be lost -----------------------------------------------------

/// Phone 1 hears its echo, and puts it on hold.
class LostAnswer : public LostFlow {
 protected:
  void SetUp() override {
    registers_on(1, 1);
    testing::RequestText call = invite(1, "sip:*43@dering");
    call.more = "Allow: INVITE,ACK,BYE,UPDATE,OPTIONS\r\n";
    in_dialog_ = ask(tcp(1), std::move(call), 1);
    in_dialog_.to_tag = take_final().message.to().tag();
    in_dialog_.more.clear();
    says(1, "ACK", in_dialog_.cseq);
    out.clear();
  }
  testing::RequestText in_dialog(std::string method, std::uint32_t cseq) {
    testing::RequestText text = in_dialog_;
    text.method = std::move(method);
    text.cseq = cseq;
    text.branch = new_branch();
    text.body.clear();
    return text;
  }
  void says(std::uint64_t connection, std::string method, std::uint32_t cseq) {
    testing::RequestText text = in_dialog(std::move(method), cseq);
    if (text.method == "INVITE" || text.method == "UPDATE") {
      text.body = std::string(feature::testing::desk_sdp) + "a=sendonly\r\n";
    }
    receive(tcp(connection), text.text());
  }
  std::uint32_t next_cseq() { return ++in_dialog_.cseq; }
  void holds(std::string method = "INVITE") {
    says(1, std::move(method), next_cseq());
    ASSERT_THAT(take_final().message.body(), HasSubstr("a=recvonly"));
  }
  void breaks_and_is_back(std::uint64_t next = 2) {
    feed(sip::FlowClosed{tcp(next - 1)});
    wait(5s);
    out.clear();
    registers_on(next, 1);
  }
  /// To our INVITE, on that connection.
  void answers(const Sent& invite, int status, std::string_view sdp = {}) {
    receive(invite.to, answer_text(invite.message, status, {},
                                   "<sip:1101@192.0.2.1:5060;transport=tcp>", sdp));
  }

 private:
  testing::RequestText in_dialog_;
};

TEST_F(LostAnswer, ThePhoneIsAskedWhatItHasAndThatIsAnswered) {
  holds();
  breaks_and_is_back();
  EXPECT_THAT(sent(Method::update), IsEmpty()) << "a refresh would not show it";
  const Sent asked = take(Method::invite);
  EXPECT_EQ(asked.to.connection, 2u);
  EXPECT_EQ(asked.message.body(), "");
  answers(asked, 200, feature::testing::desk_sdp);  // the phone never heard that it holds
  const auto commands = all<media::v2::Command>();
  EXPECT_TRUE(std::ranges::any_of(commands, [](const auto& one) { return one.has_start(); }));
  EXPECT_THAT(take(Method::ack).message.body(), HasSubstr("a=sendrecv"));
}

TEST_F(LostAnswer, AnUpdateIsAnsweredWithoutAnAckAndAskedAboutAsWell) {
  holds("UPDATE");
  breaks_and_is_back();
  const Sent asked = take(Method::invite);
  EXPECT_EQ(asked.message.body(), "");
  answers(asked, 200, feature::testing::desk_sdp);
  EXPECT_THAT(take(Method::ack).message.body(), HasSubstr("a=sendrecv"));
}

TEST_F(LostAnswer, AnUpdateOfLongAgoWasHeard) {
  holds("UPDATE");
  wait(40s);
  breaks_and_is_back();
  EXPECT_THAT(sent(Method::invite), IsEmpty());
}

TEST_F(LostAnswer, WhatWasAcknowledgedIsRefreshedAndNoMore) {
  const std::uint32_t cseq = next_cseq();
  says(1, "INVITE", cseq);
  says(1, "ACK", cseq);
  breaks_and_is_back();
  EXPECT_THAT(sent(Method::invite), IsEmpty());
  EXPECT_THAT(sent(Method::update), SizeIs(1));
}

TEST_F(LostAnswer, APhoneThatOffersItselfIsAskedAgainALittleLater) {
  holds();
  breaks_and_is_back();
  answers(take(Method::invite), 491);
  wait(2s);
  EXPECT_THAT(sent(Method::invite), IsEmpty());
  wait(2s);
  answers(take(Method::invite), 200, feature::testing::desk_sdp);
  EXPECT_THAT(take(Method::ack).message.body(), HasSubstr("a=sendrecv"));
  EXPECT_EQ(switchboard.counts().calls, 1u);
}

TEST_F(LostAnswer, ThePhoneIsAskedOnEachConnectionUntilItTells) {
  holds();
  breaks_and_is_back(2);
  ASSERT_THAT(sent(Method::invite), SizeIs(1));
  breaks_and_is_back(3);
  const Sent asked = take(Method::invite);
  EXPECT_EQ(asked.to.connection, 3u);
  answers(asked, 200, feature::testing::desk_sdp);
  breaks_and_is_back(4);
  EXPECT_THAT(sent(Method::invite), IsEmpty());
}

TEST_F(LostAnswer, APhoneThatSpeaksFromAnotherConnectionIsAskedThere) {
  holds();
  feed(sip::FlowClosed{tcp(1)});
  wait(5s);
  out.clear();
  ask(tcp(2), in_dialog("OPTIONS", next_cseq()), 1);
  wait(1s);
  const Sent asked = take(Method::invite);
  EXPECT_EQ(asked.to.connection, 2u);
  EXPECT_EQ(asked.message.body(), "");
}

TEST_F(LostAnswer, AnAnswerWithoutADescriptionIsAcknowledgedAndTheCallGoesOn) {
  holds();
  breaks_and_is_back();
  answers(take(Method::invite), 200);
  EXPECT_EQ(take(Method::ack).message.body(), "");
  EXPECT_EQ(switchboard.counts().calls, 1u);
}

TEST_F(LostAnswer, APhoneThatForgotTheCallEndsIt) {
  holds();
  breaks_and_is_back();
  answers(take(Method::invite), 481);
  EXPECT_EQ(switchboard.counts().calls, 0u);
}

TEST_F(LostAnswer, APhoneThatHearsNothingAnyMoreIsToldGoodbye) {
  holds();
  breaks_and_is_back();
  answers(take(Method::invite), 408);
  EXPECT_THAT(sent(Method::bye), SizeIs(1));
}

TEST_F(LostAnswer, AnOfferThatCannotBeTakenEndsTheCallAfterItsAck) {
  holds();
  breaks_and_is_back();
  answers(take(Method::invite), 200, "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n");
  EXPECT_THAT(sent(Method::ack), SizeIs(1));
  EXPECT_THAT(sent(Method::bye), SizeIs(1));
}

}  // namespace
}  // namespace dering::switchboard
