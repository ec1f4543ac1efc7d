// SPDX-License-Identifier: Apache-2.0
//
// Provisional responses that are acknowledged (RFC 3262), in both roles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Sent;
using ::testing::SizeIs;

constexpr std::string_view desk_sdp = feature::testing::desk_sdp;

class ReliableProvisionals : public testing::DeskWorld {
 protected:
  std::vector<Sent> ringing() const {
    return sent_if([](const sip::Message& message) { return message.status() == 180; });
  }

  // -- phone 1 calls and wants to acknowledge
  /// Phone 2 rings; gives the INVITE of phone 1 as it was taken.
  RequestText rings_reliably() {
    registers(1);
    registers(2);
    RequestText wish = invite(1, "sip:1102@dering");
    wish.more = "Require: 100rel\r\n";
    RequestText taken = ask(phone(1), std::move(wish), 1);
    rung_.emplace(take(Method::invite));
    receive(phone(2), answer_text(rung_->message, 180, "callee", "<sip:1102@192.0.2.2:5060>"));
    return taken;
  }
  RequestText prack(const RequestText& invite, const sip::Message& response, std::string rack) {
    RequestText text = invite;
    text.method = "PRACK";
    text.branch = new_branch();
    text.to_tag = response.to().tag();
    text.cseq = invite.cseq + ++pracks_;
    text.body.clear();
    text.more = "RAck: " + std::move(rack) + "\r\n";
    return text;
  }

  static std::string rack_of(const sip::Message& response, const RequestText& invite) {
    return fmt::format("{} {} INVITE", response.header(HeaderId::rseq).value(), invite.cseq);
  }
  /// Phone 2 lets hear how it rings: what phone 1 was told of that, who knows that it rings.
  Sent progresses(const RequestText& invite) {
    const auto rung = ringing();
    const sip::Message& rings = rung.at(0).message;
    receive(phone(2),
            answer_text(rung_->message, 183, "callee", "<sip:1102@192.0.2.2:5060>", desk_sdp));
    receive(phone(1), prack(invite, rings, rack_of(rings, invite)).text());
    auto said = sent_if([](const sip::Message& message) { return message.status() == 183; });
    out.clear();
    return std::move(said.at(0));
  }

  // -- phone 2 is called and answers reliably
  void calls() {
    registers(1);
    registers(2);
    dials(1, "1102");
    rung_.emplace(take(Method::invite));
  }
  std::string reliably(int status, std::uint32_t rseq, std::string_view tag,
                       std::string_view sdp = {}) {
    auto writer = sip::MessageWriter::response_to(rung_->message, phone(2).remote, status,
                                                  sip::reason_phrase(status), tag);
    writer.header(HeaderId::contact, "<sip:1102@192.0.2.2:5060>")
        .header(HeaderId::require, "100rel")
        .header(HeaderId::rseq, std::uint64_t{rseq});
    return sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp);
  }
  RequestText from_called(std::string method, std::uint32_t cseq) {
    RequestText text = request(2, std::move(method), "sip:1101@198.51.100.7:5060");
    text.call_id = rung_->message.call_id();
    text.from_tag = "callee";
    text.to_tag = rung_->message.from().tag();
    text.cseq = cseq;
    return text;
  }

  std::optional<Sent> rung_;

 private:
  std::uint32_t pracks_ = 0;
};

TEST_F(ReliableProvisionals, RingingIsRepeatedToACallerWhoRequiresItUntilThePrackComes) {
  const RequestText invite = rings_reliably();
  const auto first = ringing();
  ASSERT_THAT(first, SizeIs(1));
  const sip::Message& response = first.front().message;
  EXPECT_TRUE(response.lists(HeaderId::require, "100rel"));
  const std::string rseq(response.header(HeaderId::rseq).value());
  out.clear();
  pass(500ms);
  ASSERT_THAT(ringing(), SizeIs(1));
  EXPECT_EQ(ringing().front().message.header(HeaderId::rseq), rseq);
  out.clear();

  receive(phone(1), prack(invite, response, "1 1 INVITE").text());
  EXPECT_EQ(take_final().message.status(), 481);
  receive(phone(1), prack(invite, response, rack_of(response, invite)).text());
  EXPECT_EQ(take_final().message.status(), 200);
  wait(20s);
  EXPECT_THAT(ringing(), IsEmpty());

  receive(phone(2),
          answer_text(rung_->message, 200, "callee", "<sip:1102@192.0.2.2:5060>", desk_sdp));
  const Sent answer = take_final();
  EXPECT_EQ(answer.message.status(), 200);
  EXPECT_EQ(answer.message.cseq().method, Method::invite);
}

TEST_F(ReliableProvisionals, ACallerWhoNeverAcknowledgesIsRefusedAndNobodyRingsOn) {
  rings_reliably();
  wait(31s);
  EXPECT_THAT(sent(Method::cancel), IsEmpty());
  wait(2s);
  EXPECT_THAT(sent(Method::cancel), Not(IsEmpty()));
  const auto refusals =
      sent_if([](const sip::Message& message) { return message.status() == 504; });
  ASSERT_FALSE(refusals.empty());
  EXPECT_EQ(refusals.front().to, phone(1));
}

TEST_F(ReliableProvisionals, AreNotForACallerWhoDoesNotRequireThem) {
  registers(1);
  registers(2);
  dials(1, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "callee"));
  ASSERT_THAT(ringing(), SizeIs(1));
  EXPECT_FALSE(ringing().front().message.header(HeaderId::rseq));
  out.clear();
  wait(10s);
  EXPECT_THAT(ringing(), IsEmpty());
}

TEST_F(ReliableProvisionals, AnOfferInAPrackIsAnsweredInIts200AndTheAnswerHolds) {
  const RequestText invite = rings_reliably();
  const auto rung = ringing();
  ASSERT_THAT(rung, SizeIs(1));
  const sip::Message& ringing_said = rung.front().message;
  receive(phone(2),
          answer_text(rung_->message, 183, "callee", "<sip:1102@192.0.2.2:5060>", desk_sdp));
  out.clear();
  // What was said so far answered nothing: an offer beside the one that waits is none (RFC 3262
  // §5).
  RequestText too_early = prack(invite, ringing_said, rack_of(ringing_said, invite));
  too_early.body = desk_sdp;
  receive(phone(1), too_early.text());
  const auto progress =
      sent_if([](const sip::Message& message) { return message.status() == 183; });
  ASSERT_THAT(progress, SizeIs(1));
  const sip::Message& early = progress.front().message;
  ASSERT_FALSE(early.body().empty());
  EXPECT_EQ(take_final().message.status(), 488);
  RequestText offer = prack(invite, early, rack_of(early, invite));
  offer.body = std::string(desk_sdp) + "a=sendonly\r\n";
  receive(phone(1), offer.text());
  const Sent answered = take_final();
  EXPECT_EQ(answered.message.status(), 200);
  EXPECT_EQ(answered.message.cseq().method, Method::prack);
  EXPECT_THAT(std::string(answered.message.body()), HasSubstr("a=recvonly"));

  receive(phone(2),
          answer_text(rung_->message, 200, "callee", "<sip:1102@192.0.2.2:5060>", desk_sdp));
  const Sent ok = take_final();
  EXPECT_EQ(ok.message.cseq().method, Method::invite);
  EXPECT_EQ(ok.message.body(), answered.message.body()) << "not what the 183 said";
}

TEST_F(ReliableProvisionals, AnOfferInAPrackThatCannotBeTakenIsRefusedWithWords) {
  const RequestText invite = rings_reliably();
  const Sent progress = progresses(invite);
  out.clear();
  RequestText offer = prack(invite, progress.message, rack_of(progress.message, invite));
  offer.body =
      "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
      "m=audio 4000 RTP/AVP 18\r\n";
  receive(phone(1), offer.text());
  const Sent refused = take_final();
  EXPECT_EQ(refused.message.status(), 488);
  EXPECT_EQ(refused.message.header("Warning"), "305 dering \"No Sound That Both Sides Know\"");
}

TEST_F(ReliableProvisionals, A200ThatWaitsForAPrackSaysWhatThatWasAnswered) {
  const RequestText invite = rings_reliably();
  const Sent progress = progresses(invite);
  receive(phone(2),
          answer_text(rung_->message, 200, "callee", "<sip:1102@192.0.2.2:5060>", desk_sdp));
  out.clear();
  RequestText offer = prack(invite, progress.message, rack_of(progress.message, invite));
  offer.body = std::string(desk_sdp) + "a=sendonly\r\n";
  receive(phone(1), offer.text());
  const auto finals = sent_if([](const sip::Message& message) { return message.status() == 200; });
  ASSERT_THAT(finals, SizeIs(2));
  EXPECT_EQ(finals[0].message.cseq().method, Method::prack);
  EXPECT_EQ(finals[1].message.cseq().method, Method::invite);
  EXPECT_EQ(finals[1].message.body(), finals[0].message.body());
}

TEST_F(ReliableProvisionals, APrackWithoutACallIsUnknown) {
  const Talk call = talk();
  RequestText text = in(call, "PRACK");
  text.more = "RAck: 1 1 INVITE\r\n";
  receive(phone(1), text.text());
  EXPECT_EQ(take_final().message.status(), 481);
}

TEST_F(ReliableProvisionals, OfACalledPhoneAreAcknowledgedOnceAndInOrder) {
  calls();
  EXPECT_TRUE(rung_->message.lists(HeaderId::supported, "100rel"));
  const auto invite_number = rung_->message.cseq().number;
  receive(phone(2), reliably(180, 7, "callee"));
  const Sent prack = take(Method::prack);
  EXPECT_EQ(prack.message.header(HeaderId::rack), fmt::format("7 {} INVITE", invite_number));
  EXPECT_EQ(prack.message.to().tag(), "callee");
  EXPECT_GT(prack.message.cseq().number, invite_number);
  receive(phone(2), reliably(180, 7, "callee"));
  receive(phone(2), reliably(183, 9, "callee"));
  EXPECT_THAT(sent(Method::prack), IsEmpty());
  receive(phone(2), reliably(183, 8, "callee"));
  EXPECT_EQ(take(Method::prack).message.header(HeaderId::rack),
            fmt::format("8 {} INVITE", invite_number));
  // Another phone behind it counts for itself.
  receive(phone(2), reliably(180, 1, "other"));
  EXPECT_EQ(take(Method::prack).message.to().tag(), "other");
}

TEST_F(ReliableProvisionals, TheAnswerInOneStandsForThatIn200AndNumbersGoOn) {
  calls();
  receive(phone(2), reliably(183, 1, "callee", desk_sdp));
  const auto prack_number = take(Method::prack).message.cseq().number;
  receive(phone(2), answer_text(rung_->message, 200, "callee", "<sip:1102@192.0.2.2:5060>"));
  const Sent answer = take_final();
  EXPECT_EQ(answer.to, phone(1));
  EXPECT_THAT(std::string(answer.message.body()), HasSubstr("m=audio 20000"));
  receive(phone(1), [&] {
    RequestText bye = request(1, "BYE", "sip:1102@198.51.100.7:5060");
    bye.call_id = answer.message.call_id();
    bye.to_tag = answer.message.to().tag();
    bye.cseq = 100;
    return bye.text();
  }());
  const Sent bye = take(Method::bye);
  EXPECT_GT(bye.message.cseq().number, prack_number);
}

TEST_F(ReliableProvisionals, AnUpdateBeforeTheAnswerIsServedWhereItOffersNothing) {
  calls();
  receive(phone(2), reliably(180, 1, "callee"));
  out.clear();
  receive(phone(2), from_called("UPDATE", 1).text());
  const Sent refreshed = take_final();
  EXPECT_EQ(refreshed.message.status(), 200);
  EXPECT_TRUE(refreshed.message.header(HeaderId::contact));
  RequestText offer = from_called("UPDATE", 2);
  offer.body = desk_sdp;
  receive(phone(2), offer.text());
  const Sent early = take_final();
  EXPECT_EQ(early.message.status(), 500);
  EXPECT_TRUE(early.message.header(HeaderId::retry_after));
  receive(phone(2), from_called("UPDATE", 2).text());
  EXPECT_EQ(take_final().message.status(), 500) << "out of order";
  receive(phone(2), from_called("BYE", 3).text());
  EXPECT_EQ(take_final().message.status(), 403) << "who is called hangs up by a final response";
}

}  // namespace
}  // namespace dering::switchboard
