// SPDX-License-Identifier: Apache-2.0
//
// Who is said again what a broken connection took with it: the phone it was meant for, and nobody
// else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::Method;
using ::testing::IsEmpty;
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

}  // namespace
}  // namespace dering::switchboard
