// SPDX-License-Identifier: Apache-2.0
#include "monitor/masked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/text.h"
#include "monitor/safe_text.h"

namespace dering::monitor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view secret = "s3cr3tS3cr3t";

std::string message_with(std::string_view fields, std::string_view body = "") {
  return std::string("REGISTER sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/WSS x;branch=z9\r\n")
      .append(fields)
      .append("\r\n\r\n")
      .append(body);
}

TEST(Masked, HidesCredentialsInEverySpelling) {
  const std::string s(secret);
  const std::array<std::string, 24> spelled{
      "Authorization: Bearer " + s,
      "authorization:bearer " + s,
      "AUTHORIZATION  :  Bearer\t" + s,
      "Authorization:\r\n Bearer " + s,
      "Authorization: Bearer\r\n\t" + s,
      "Authorization\r\n : Bearer " + s,
      "Authorization: " + s,
      "Authorization " + s,
      "Authorization: Basic " + s,
      "Authorization: Digest username=\"1001\", response=\"" + s + "\"",
      "Authorization: Digest username=\"1001\" response=\"" + s + "\"",
      "Authorization: Digest username=1001;response=" + s,
      "Authorization: Digest username=\"1001\",\r\n  response=\"" + s + "\"",
      "Authorization: Digest username=\"a\\\",b\", cnonce=\"" + s + "\"",
      "Authorization: digest " + s,
      "Authorization: Digest nonce=\"" + s + "\", username=\"unterminated",
      "Proxy-Authorization: Digest RESPONSE=" + s,
      "proxy-authorization: Bearer " + s,
      "Authentication-Info: rspauth=\"" + s + "\"",
      "X-Access-Token: " + s,
      "Cookie: a=" + s,
      "Contact: <sip:1001@x;access_token=" + s + ">",
      "Refer-To: <sip:1002@x?Authorization=Digest%20" + s + ">",
      "Refer-To: <sip:1002@x?%41uthor%69zation=Digest%20" + s + ">",
  };
  for (const std::string& one : spelled) {
    EXPECT_THAT(masked(message_with(one)), Not(HasSubstr(secret))) << one;
    std::string with_lf = message_with(one);
    std::erase(with_lf, '\r');
    EXPECT_THAT(masked(with_lf), Not(HasSubstr(secret))) << one << " with LF alone";
  }
}

TEST(Masked, HidesWhatStandsInOtherPlaces) {
  const std::string s(secret);
  EXPECT_THAT(masked(message_with("From: <sip:1001:" + s + "@pbx.test>")), Not(HasSubstr(s)));
  EXPECT_THAT(masked("REGISTER sip:pbx.test;access_token=" + s + " SIP/2.0\r\n\r\n"),
              Not(HasSubstr(s)));
  const std::string token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl";
  EXPECT_THAT(masked(message_with("X-Whatever: " + token)), Not(HasSubstr("c2lnbmF0dXJl")));
}

TEST(Masked, KeepsWhatEngineersRead) {
  const std::string text = masked(message_with(
      "From: <sip:1001@pbx.test>;tag=7\r\nAuthorization: Digest username=\"1001\", "
      "realm=\"dering\", nonce=\"abc\", uri=\"sip:pbx.test\", response=\"def\", algorithm=MD5\r\n"
      "WWW-Authenticate: Bearer authz_server=\"https://id.test/realm\", error=\"invalid_token\"\r\n"
      "User-Agent: JsSIP 3.10"));
  EXPECT_THAT(text, HasSubstr("From: <sip:1001@pbx.test>;tag=7\r\n"));
  EXPECT_THAT(text, HasSubstr("Digest username=\"1001\", realm=\"dering\", nonce=masked, "
                              "uri=\"sip:pbx.test\", response=masked, algorithm=MD5\r\n"));
  EXPECT_THAT(text, HasSubstr("Bearer authz_server=\"https://id.test/realm\""));
  EXPECT_THAT(text, HasSubstr("User-Agent: JsSIP 3.10\r\n"));
}

TEST(Masked, HidesKeysOfADescriptionAndKeepsItsLength) {
  const std::string body =
      "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9|2^20\r\n"
      "A=CRYPTO:2 AES_CM_128_HMAC_SHA1_80 INLINE:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9\r\n"
      "a=ice-pwd:WVNfX19zZW1jdGwg\r\nk=clear:WVNfX19zZW1j\r\na=key-mgmt:mikey WVNfX19zZW1j\r\n"
      "a=rtpmap:0 PCMU/8000\r\n";
  for (const std::string_view type :
       {"Content-Type: application/sdp", "c:Application/SDP;x=y", "C : application/sdp"}) {
    const std::string whole = message_with(type, body);
    const std::string text = masked(whole);
    EXPECT_EQ(text.size(), whole.size());
    EXPECT_THAT(text, Not(HasSubstr("WVNfX19"))) << type;
    EXPECT_THAT(text, HasSubstr("a=rtpmap:0 PCMU/8000")) << type;
  }
}

TEST(Masked, HidesBodiesThatAreNobodysBusiness) {
  for (const std::string_view fields :
       {"Content-Type: text/plain", "c: text/plain", "Content-Type: application/dtmf-relay", "X: y",
        "Content-Type: application/sdp\r\nContent-Encoding: gzip", "c: application/sdp\r\ne: gzip",
        "Content-Type: application/sdp\r\nc: text/plain",
        "Content-Type: multipart/mixed;boundary=b"}) {
    EXPECT_THAT(masked(message_with(fields, "Signal=5\r\nsee you at nine")),
                HasSubstr("xxxxxxxx\r\nxxxxxxxxxxxxxxx"))
        << fields;
  }
  EXPECT_THAT(masked(message_with("Content-Type: message/sipfrag",
                                  "SIP/2.0 200 OK\r\nAuthorization:\r\n Bearer s3cr3tS3cr3t\r\n")),
              Not(HasSubstr(secret)));
  EXPECT_THAT(masked(message_with("Content-Type: message/sipfrag", "SIP/2.0 180 Ringing\r\n")),
              HasSubstr("180 Ringing"));
}

/// Nothing may be read past the end of it, and nothing is taken for a reason to give up.
TEST(Masked, TakesWhateverThereIs) {
  for (const std::string_view text :
       {"", "\r\n", "\n", ":", "a", "Authorization", "Authorization:", "x\nAuthorization: Digest",
        "x\nAuthorization: Digest ,,,=,\"", "x\n ?%4", "x\n\n\n", "%?%", "x\nTo: sip:@"}) {
    (void)masked(text);
  }
}

TEST(SafeText, LetsNoSignReachATerminalThatSteersIt) {
  EXPECT_EQ(for_terminal("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(for_terminal(std::string_view("a\0b\x7f", 4)), "a\\x00b\\x7f");
  EXPECT_EQ(for_terminal("\xc2\x9b"
                         "2J"),
            "\\xc2\\x9b2J");
  EXPECT_EQ(for_terminal("\xe2\x80\xae"
                         "gpj"),
            "\\xe2\\x80\\xaegpj");
  EXPECT_EQ(for_terminal("\x9b\xff"), "\\x9b\\xff");
  EXPECT_EQ(for_terminal("a\rb\r\nc\td"), "a\\x0db\nc d");
  EXPECT_EQ(for_terminal("Siti Nurbaya \xe2\x80\xa6 \xf0\x9f\x93\x9e"),
            "Siti Nurbaya \xe2\x80\xa6 \xf0\x9f\x93\x9e");
  EXPECT_EQ(for_json("a\xc2\x9b\xff\r\n"), "a\xef\xbf\xbd\xef\xbf\xbd\r\n");
}

}  // namespace
}  // namespace dering::monitor
