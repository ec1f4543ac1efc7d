// SPDX-License-Identifier: Apache-2.0
//
// AT7: knowing the names of a dialog opens it to nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::Method;
using testing::Sent;

class Dialogs : public testing::DeskWorld {
 protected:
  static sip::Flow elsewhere(sip::Transport transport, std::uint64_t connection = 0) {
    return {transport, *SocketAddress::from_text("198.51.100.66", 31'337), connection};
  }
  /// What was sent to the two phones that talk.
  std::size_t heard() const {
    return sent_if([](const sip::Message& message) { return message.is_request(); }).size();
  }
};

TEST_F(Dialogs, AT7WhoeverKnowsTheTagsIsChallengedOnAnyTransportAndChangesNothing) {
  const Talk call = talk();
  std::uint32_t cseq = 1;
  for (const char* method : {"INFO", "INVITE", "UPDATE", "OPTIONS", "REFER", "BYE"}) {
    const std::vector<sip::Flow> strangers{
        elsewhere(sip::Transport::udp),     phone(1, 5061),
        elsewhere(sip::Transport::tcp, 77), {sip::Transport::tcp, phone(1).remote, 0},
        elsewhere(sip::Transport::tls, 78), elsewhere(sip::Transport::wss, 79)};
    for (const sip::Flow& flow : strangers) {
      auto text = in(call, method, ++cseq);
      text.transport = sip::via_name(flow.transport);
      receive(flow, text.text());
      EXPECT_EQ(heard(), 0U) << method << " over " << text.transport;
      const Sent answer = take_final();
      EXPECT_EQ(answer.to.transport, flow.transport);
      const int status = is_websocket(flow.transport) ? 481 : 407;
      EXPECT_EQ(answer.message.status(), status) << method << " over " << text.transport;
    }
  }
  EXPECT_EQ(switchboard.counts().calls, 1U);
  // Nor did the strangers use up the sequence numbers of the phone itself.
  receive(phone(1), in(call, "BYE").text());
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Dialogs, AT7TheCalledSideIsGuardedAlike) {
  const Talk call = talk();
  testing::RequestText bye = request(2, "BYE", "sip:1101@198.51.100.7:5060");
  bye.call_id = call.rung.call_id();
  bye.from_tag = "callee";
  bye.to_tag = call.rung.from().tag();
  receive(elsewhere(sip::Transport::udp), bye.text());
  EXPECT_EQ(take_final().message.status(), 407);
  bye.branch = new_branch();
  receive(phone(2), bye.text());
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Dialogs, AT7ARightAnswerOfAnotherUserOpensItNeither) {
  const Talk call = talk();
  for (const unsigned other : {2U, 3U}) {
    auto text = in(call, "BYE");
    text.from = fmt::format("<sip:{}@dering>", extension(other));
    ask(elsewhere(sip::Transport::udp), std::move(text), other);
    EXPECT_EQ(take_final().message.status(), 481);
  }
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(Dialogs, AT7ASignedInConnectionOfAnotherUserOpensItNeither) {
  const Talk call = talk();
  const sip::Flow flow = elsewhere(sip::Transport::tcp, 5);
  registers(3, flow);
  auto text = in(call, "INFO");
  text.transport = "TCP";
  receive(flow, text.text());
  EXPECT_EQ(heard(), 0U);
  EXPECT_EQ(take_final().message.status(), 407);
}

TEST_F(Dialogs, AT7APhoneWithANewAddressProvesItselfAndIsSpokenToThere) {
  const Talk call = talk();
  const sip::Flow moved = phone(1, 40'001);
  ask(moved, in(call, "OPTIONS"), 1);
  EXPECT_EQ(take_final().message.status(), 200);
  testing::RequestText bye = request(2, "BYE", "sip:1101@198.51.100.7:5060");
  bye.call_id = call.rung.call_id();
  bye.from_tag = "callee";
  bye.to_tag = call.rung.from().tag();
  receive(phone(2), bye.text());
  EXPECT_EQ(take(Method::bye).to, moved);
}

TEST_F(Dialogs, AT7APhoneThatRegisteredFromItsNewAddressNeedsNoChallenge) {
  const Talk call = talk();
  const sip::Flow moved = phone(1, 40'001);
  registers(1, moved);
  receive(moved, in(call, "BYE").text());
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Dialogs, AT7AnotherConnectionOfTheSameUserMaySpeak) {
  const Talk call = talk();
  const sip::Flow second = elsewhere(sip::Transport::tcp, 9);
  testing::RequestText line = request(1, "REGISTER", "sip:dering");
  line.to = line.from;
  line.contact = "<sip:second@198.51.100.66:31337;transport=tcp>";
  ask(second, std::move(line), 1);
  ASSERT_EQ(take_final().message.status(), 200);
  auto text = in(call, "BYE");
  text.transport = "TCP";
  receive(second, text.text());
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Dialogs, AT7AnAckFromElsewhereIsPassedOver) {
  registers(1);
  registers(2);
  const auto taken = dials(1, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2),
          sip::testing::answer_text(rung.message, 200, "callee", "<sip:1102@192.0.2.2:5060>",
                                    feature::testing::desk_sdp));
  testing::RequestText ack = taken;
  ack.method = "ACK";
  ack.more.clear();
  ack.body.clear();
  ack.to_tag = take_final().message.to().tag();
  ack.branch = new_branch();
  for (const sip::Flow& flow :
       {elsewhere(sip::Transport::udp), phone(1, 5061), elsewhere(sip::Transport::wss, 4)}) {
    receive(flow, ack.text());
  }
  EXPECT_EQ(switchboard.counts().foreign_acks, 3U);
  pass(1s);
  EXPECT_EQ(take_final().message.status(), 200) << "it is still repeated";
  receive(phone(1), ack.text());
  out.clear();
  wait(64s);
  EXPECT_EQ(switchboard.counts().calls, 1U);
  EXPECT_TRUE(sent_if([](const sip::Message& message) { return message.status() == 200; }).empty());
}

}  // namespace
}  // namespace dering::switchboard
