// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/testing/sip_text.h"

namespace dering::sip {
namespace {

using testing::answer_text;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::parsed;
using testing::RequestText;
using testing::udp_flow;
using testing::wss_flow;

constexpr std::string_view via = "SIP/2.0/UDP pbx.test:5060;branch=z9hG4bK1;rport";

Dialog answering(const RequestText& invite) {
  return Dialog::answering(parsed(invite), udp_flow(), "ours");
}
RequestText in_dialog(std::string method, std::uint32_t cseq, std::string contact = {}) {
  return {
      .method = std::move(method), .to_tag = "ours", .cseq = cseq, .contact = std::move(contact)};
}

TEST(Dialog, OfACalleeAnswersWithTheTagsTurnedAround) {
  Dialog dialog = answering({});
  EXPECT_EQ(dialog.id(), (DialogId{"call-1@phone.test", "ours", "from-1"}));
  const Message bye = parsed(dialog.request(Method::bye, via).finish());
  EXPECT_FALSE(bye.refusal());
  EXPECT_EQ(bye.request_uri(), "sip:1001@192.0.2.1:5060");
  EXPECT_EQ(bye.from().tag(), "ours");
  EXPECT_EQ(bye.from().uri.text, "sip:1002@pbx.test");
  EXPECT_EQ(bye.to().tag(), "from-1");
  EXPECT_EQ(bye.to().display_name, "\"Siti\"");
  EXPECT_EQ(bye.call_id(), "call-1@phone.test");
  EXPECT_EQ(bye.header(HeaderId::max_forwards), "70");
  EXPECT_THAT(bye.list(HeaderId::route), IsEmpty());
}

TEST(Dialog, OfACallerGoesOnFromItsInvite) {
  const RequestText invite{.to_tag = "", .cseq = 41};
  const Message ringing = parsed(answer_text(parsed(invite), 180, "theirs", "<sip:1002@10.0.0.9>"));
  Dialog dialog = Dialog::established_by(ringing, wss_flow());
  EXPECT_EQ(dialog.id(), (DialogId{"call-1@phone.test", "from-1", "theirs"}));
  EXPECT_EQ(dialog.flow(), wss_flow());
  EXPECT_EQ(dialog.remote_target(), "sip:1002@10.0.0.9");
  const Message ack = parsed(dialog.ack(41, via).finish());
  EXPECT_EQ(ack.cseq().number, 41u);
  EXPECT_EQ(ack.method(), Method::ack);
  const Message bye = parsed(dialog.request(Method::bye, via).finish());
  EXPECT_EQ(bye.cseq().number, 42u);
  EXPECT_EQ(bye.from().tag(), "from-1");
  EXPECT_EQ(bye.to().tag(), "theirs");
}

TEST(Dialog, CountsItsRequestsUp) {
  Dialog dialog = answering({});
  for (std::uint32_t expected = 1; expected < 10; ++expected) {
    EXPECT_EQ(parsed(dialog.request(Method::info, via).finish()).cseq().number, expected);
    EXPECT_EQ(dialog.local_cseq(), expected);
  }
}

TEST(Dialog, JudgesTheOrderOfRequestsByTheirNumber) {
  Dialog dialog = answering({.cseq = 10});
  EXPECT_EQ(dialog.accept(parsed(in_dialog("INFO", 10))), Dialog::Verdict::out_of_order);
  EXPECT_EQ(dialog.accept(parsed(in_dialog("INFO", 9))), Dialog::Verdict::out_of_order);
  EXPECT_EQ(dialog.accept(parsed(in_dialog("ACK", 10))), Dialog::Verdict::in_order);
  EXPECT_EQ(dialog.accept(parsed(in_dialog("INFO", 15))), Dialog::Verdict::in_order);
  EXPECT_EQ(dialog.accept(parsed(in_dialog("BYE", 14))), Dialog::Verdict::out_of_order);
  EXPECT_EQ(dialog.accept(parsed(in_dialog("BYE", 2'147'483'647))), Dialog::Verdict::in_order);
}

TEST(Dialog, OfACallerTakesAnyFirstNumberOfItsPeer) {
  Dialog dialog =
      Dialog::established_by(parsed(answer_text(parsed(RequestText{}), 200, "t")), udp_flow());
  EXPECT_EQ(dialog.accept(parsed(in_dialog("BYE", 0))), Dialog::Verdict::in_order);
  EXPECT_EQ(dialog.accept(parsed(in_dialog("BYE", 0))), Dialog::Verdict::out_of_order);
}

TEST(Dialog, FollowsItsPeerToANewContactByInviteAndUpdateOnly) {
  Dialog dialog = answering({});
  dialog.accept(parsed(in_dialog("INFO", 2, "<sip:info@h>")));
  EXPECT_EQ(dialog.remote_target(), "sip:1001@192.0.2.1:5060");
  dialog.accept(parsed(in_dialog("UPDATE", 3, "<sip:update@h>")));
  EXPECT_EQ(dialog.remote_target(), "sip:update@h");
  dialog.accept(parsed(in_dialog("INVITE", 3, "<sip:late@h>")));
  EXPECT_EQ(dialog.remote_target(), "sip:update@h") << "out of order";
  dialog.accept(parsed(in_dialog("INVITE", 4)));
  EXPECT_EQ(dialog.remote_target(), "sip:update@h") << "no Contact";
  dialog.refresh_target(parsed(answer_text(parsed(RequestText{}), 200, "t", "<sip:answer@h>")));
  EXPECT_EQ(dialog.remote_target(), "sip:answer@h");
}

TEST(Dialog, FallsBackToTheAddressOfAPeerWithoutAUsableContact) {
  for (const char* contact : {"", "*", "<tel:+4930>", "<mailto:a@b>", "<sip:"}) {
    const auto text = RequestText{.contact = contact}.text();
    EXPECT_EQ(Dialog::answering(parsed(text), udp_flow(), "ours").remote_target(),
              "sip:1001@pbx.test")
        << contact;
  }
}

TEST(Dialog, OfACalleeKeepsTheRoutesInOrder) {
  Dialog dialog = answering(
      {.more = "Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\nRecord-Route: <sip:p3;lr>\r\n"});
  const std::string bye = dialog.request(Method::bye, via).finish();
  const Message message = parsed(bye);
  EXPECT_EQ(message.request_uri(), "sip:1001@192.0.2.1:5060");
  EXPECT_THAT(message.list(HeaderId::route),
              ElementsAre("<sip:p1;lr>", "<sip:p2;lr>", "<sip:p3;lr>"));
}

TEST(Dialog, OfACallerTurnsTheRoutesAround) {
  std::string answer = answer_text(parsed(RequestText{}), 200, "theirs", "<sip:1002@10.0.0.9>");
  answer.insert(answer.find("Contact:"), "Record-Route: <sip:p2;lr>,<sip:p1;lr>\r\n");
  const Dialog dialog = Dialog::established_by(parsed(answer), udp_flow());
  const std::string ack = dialog.ack(1, via).finish();
  EXPECT_THAT(parsed(ack).list(HeaderId::route), ElementsAre("<sip:p1;lr>", "<sip:p2;lr>"));
}

TEST(Dialog, AddressesAStrictRouterInTheRequestUri) {
  Dialog dialog = answering({.more = "Record-Route: <sip:old.test?subject=x>,<sip:p2;lr>\r\n"});
  const std::string bye = dialog.request(Method::bye, via).finish();
  const Message message = parsed(bye);
  EXPECT_EQ(message.request_uri(), "sip:old.test");
  EXPECT_THAT(message.list(HeaderId::route),
              ElementsAre("<sip:p2;lr>", "<sip:1001@192.0.2.1:5060>"));
}

TEST(Dialog, MovesToTheConnectionItsPhoneComesBackOn) {
  Dialog dialog = answering({});
  dialog.move_to(wss_flow(9));
  EXPECT_EQ(dialog.flow(), wss_flow(9));
}

}  // namespace
}  // namespace dering::sip
