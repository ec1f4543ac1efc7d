// SPDX-License-Identifier: Apache-2.0
#include "sip/message/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::sip {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const SocketAddress source = *SocketAddress::from_text("192.0.2.77", 40312);

Message request_with(std::string_view vias, std::string_view to = "<sip:b@x>") {
  auto message = Message::parse("OPTIONS sip:b@x SIP/2.0\r\n" + std::string(vias) +
                                "From: <sip:a@x>;tag=1\r\nTo: " + std::string(to) +
                                "\r\nCall-ID: c\r\nCSeq: 7 OPTIONS\r\n\r\n");
  EXPECT_TRUE(message);
  return std::move(*message);
}

std::string response_to(const Message& request) {
  return MessageWriter::response_to(request, source, 200, "OK", "ours").finish();
}

TEST(MessageWriter, WritesARequestThatReadsBack) {
  const std::string text = MessageWriter::request("INVITE", "sip:b@x")
                               .header(HeaderId::via, "SIP/2.0/UDP h;branch=z9hG4bK1")
                               .header(HeaderId::from, "<sip:a@x>;tag=1")
                               .header(HeaderId::to, "<sip:b@x>")
                               .header(HeaderId::call_id, "c")
                               .header(HeaderId::cseq, "1 INVITE")
                               .header(HeaderId::max_forwards, 70)
                               .header("X-Ours", "Àdé\tx")
                               .finish("application/sdp", "v=0\r\n");
  const auto message = Message::parse(text);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->refusal());
  EXPECT_EQ(message->method(), Method::invite);
  EXPECT_EQ(message->body(), "v=0\r\n");
  EXPECT_EQ(message->header(HeaderId::max_forwards), "70");
  EXPECT_EQ(message->header("x-ours"), "Àdé\tx");
}

TEST(MessageWriter, AnswersWithTheIdentityOfTheRequest) {
  EXPECT_EQ(response_to(request_with("Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK1\r\n")),
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK1\r\n"
            "From: <sip:a@x>;tag=1\r\nTo: <sip:b@x>;tag=ours\r\nCall-ID: c\r\n"
            "CSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n");
}

TEST(MessageWriter, KeepsATagThatIsThere) {
  const auto request = request_with("Via: SIP/2.0/UDP h\r\n", "<sip:b@x> ; tag = old");
  EXPECT_THAT(response_to(request), HasSubstr("\r\nTo: <sip:b@x> ; tag = old\r\n"));
}

TEST(MessageWriter, AddsReceivedWhenSentByIsNotTheSource) {
  EXPECT_THAT(response_to(request_with("Via: SIP/2.0/WSS q.invalid;branch=b\r\n")),
              HasSubstr("Via: SIP/2.0/WSS q.invalid;branch=b;received=192.0.2.77\r\n"));
}

// RFC 3581 §4: received goes with rport even if it says what sent-by says.
TEST(MessageWriter, FillsRportWithTheSource) {
  EXPECT_THAT(response_to(request_with("Via: SIP/2.0/UDP 192.0.2.77:5060;rport;branch=b\r\n")),
              HasSubstr("UDP 192.0.2.77:5060;branch=b;received=192.0.2.77;rport=40312\r\n"));
}

TEST(MessageWriter, OverwritesReceivedAndRportThatTheSenderMadeUp) {
  const std::string text =
      response_to(request_with("Via: SIP/2.0/UDP h;received=203.0.113.9;RPORT=1;branch=b\r\n"));
  EXPECT_THAT(text, HasSubstr("Via: SIP/2.0/UDP h;branch=b;received=192.0.2.77;rport=40312\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("203.0.113.9")));
}

TEST(MessageWriter, CopiesAllViasAndCompletesOnlyTheTopmost) {
  const std::string text = response_to(request_with(
      "v: SIP/2.0/UDP h1;branch=\"a,b\" , SIP/2.0/TCP h2;rport\r\nVia: SIP/2.0/TLS h3;rport\r\n"));
  EXPECT_THAT(text, StartsWith("SIP/2.0 200 OK\r\n"
                               "Via: SIP/2.0/UDP h1;branch=\"a,b\";received=192.0.2.77, "
                               "SIP/2.0/TCP h2;rport\r\n"
                               "Via: SIP/2.0/TLS h3;rport\r\nFrom: "));
}

TEST(Rfc5118, S4_5_ReceivedIsWrittenWithoutBrackets) {
  const auto from_ipv6 = *SocketAddress::from_text("2001:db8::9:255", 5060);
  const auto request = request_with("Via: SIP/2.0/UDP [2001:db8::9:1];branch=b\r\n");
  EXPECT_THAT(MessageWriter::response_to(request, from_ipv6, 200, "OK", "t").finish(),
              HasSubstr("[2001:db8::9:1];branch=b;received=2001:db8::9:255\r\n"));
}

TEST(MessageWriter, ReturnsABrokenViaAsItCame) {
  EXPECT_THAT(response_to(request_with("Via: SIP/2.0/UDP h;;,;,,\r\n")),
              HasSubstr("\r\nVia: SIP/2.0/UDP h;;,;,,\r\n"));
}

TEST(MessageWriterDeathTest, F6_RefusesToWriteALineBreakOrNul) {
  EXPECT_DEATH(MessageWriter::request("INVITE", "sip:a\r\n@b"), "has_control");
  EXPECT_DEATH(MessageWriter::request("IN VITE", "sip:a@b"), "token");
  for (const std::string_view bad :
       {std::string_view("a\rb"), std::string_view("a\nb"), std::string_view("a\0b", 3)}) {
    EXPECT_DEATH(MessageWriter::response(200, bad), "is_writable");
    EXPECT_DEATH(MessageWriter::response(200, "OK").header("Subject", bad), "is_writable");
    EXPECT_DEATH(MessageWriter::response(200, "OK").header(HeaderId::reason, bad), "is_writable");
    EXPECT_DEATH(MessageWriter::response(200, "OK").finish(bad, ""), "is_writable");
  }
  EXPECT_DEATH(MessageWriter::response(200, "OK").header("A: b\r\nC", "x"), "token");
}

TEST(ReasonPhrase, IsThatOfTheRegistry) {
  EXPECT_EQ(reason_phrase(486), "Busy Here");
  EXPECT_EQ(reason_phrase(100), "Trying");
  EXPECT_EQ(reason_phrase(608), "Rejected");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace dering::sip
