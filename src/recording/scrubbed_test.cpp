// SPDX-License-Identifier: Apache-2.0
#include "recording/scrubbed.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::recording {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string request(std::string_view fields, std::string_view type, std::string_view body) {
  return fmt::format(
      "INVITE sip:1002@pbx.test SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bKa\r\n"
      "From: \"Siti\" <sip:1001@pbx.test>;tag=1\r\nTo: <sip:1002@pbx.test>\r\nCall-ID: c\r\n"
      "CSeq: 1 INVITE\r\n{}Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
      fields, type, body.size(), body);
}

std::string scrubbed_text(std::string_view fields, std::string_view type, std::string_view body) {
  const auto message = sip::Message::parse(request(fields, type, body));
  EXPECT_TRUE(message);
  const std::string text = scrubbed(*message);
  const auto again = sip::Message::parse(text);
  EXPECT_TRUE(again && !again->refusal()) << text;
  EXPECT_EQ(again->body().size(), body.size());
  return text;
}

TEST(Scrubbed, KeepsNoTokenAndNothingThatAPasswordCouldBeFoundWith) {
  for (const char* fields :
       {"Authorization: Bearer secret.secret.secret\r\n", "Authorization: secret.secret.secret\r\n",
        "aUTHORIZATION:bearer secret\r\n", "Proxy-Authorization: Basic secret\r\n",
        "Authorization: Digest username=\"d1\", realm=\"r\", nonce=\"secret\", uri=\"sip:r\", "
        "response=\"secret\", cnonce=\"secret\", opaque=\"secret\", nc=00000001\r\n",
        "Proxy-Authorization: Digest username=\"d1\",response=secret\r\n",
        "X-Session: secret\r\nCookie: secret\r\nX-Api-Key:\r\n secret\r\n"}) {
    const std::string text = scrubbed_text(fields, "application/sdp", "v=0\r\n");
    EXPECT_THAT(text, Not(HasSubstr("secret"))) << fields;
  }
}

TEST(Scrubbed, KeepsWhoseDigestCredentialsTheyAre) {
  const std::string text = scrubbed_text(
      "Authorization: Digest username=\"d1001\", realm=\"pbx\", nonce=\"n\", uri=\"sip:pbx\", "
      "response=\"r\", algorithm=SHA-256, nc=00000002\r\n",
      "application/sdp", "v=0\r\n");
  for (const char* kept : {"d1001", "sip:pbx", "SHA-256", "00000002"}) {
    EXPECT_THAT(text, HasSubstr(kept));
  }
}

TEST(Scrubbed, KeepsNoKeyOfSoundAndNoDigits) {
  const std::string sdp =
      scrubbed_text("", "Application/SDP; charset=utf-8",
                    "v=0\r\nk=clear:secret\r\nm=audio 9 RTP/SAVPF 111\r\na=ice-ufrag:ufrag\r\n"
                    "a=ice-pwd:secretsecretsecretsecret\r\n"
                    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret|2^20|1:32 FEC_KEY=x\r\n"
                    "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:secret;inline:secret\r\n");
  EXPECT_THAT(sdp, Not(HasSubstr("secret")));
  EXPECT_THAT(sdp, HasSubstr("a=ice-ufrag:ufrag"));
  EXPECT_THAT(sdp, HasSubstr("|2^20|1:32"));
  for (const char* type : {"application/dtmf-relay", "text/plain", "multipart/mixed;boundary=x"}) {
    EXPECT_THAT(scrubbed_text("", type, "Signal=secret"), Not(HasSubstr("secret"))) << type;
  }
}

/// A replay has to go where a key was pressed, and nobody may learn which: it may be of a PIN.
TEST(Scrubbed, KeepsThatAKeyWasPressedAndNotWhich) {
  const auto relayed = [](std::string_view body) {
    const auto message = sip::Message::parse(request("", "application/dtmf-relay", body));
    return std::string(sip::Message::parse(scrubbed(*message))->body());
  };
  const std::string seven = relayed("Signal=7\r\nDuration=250\r\n");
  EXPECT_EQ(seven, "Signal=0\r\nDuration=250\r\n");
  for (const char* same : {"signal = 10\nDURATION=250", "Duration=250\r\nSignal= 7 \r\nX: 7"}) {
    EXPECT_EQ(relayed(same), seven) << same;
  }
  EXPECT_EQ(relayed("Signal=!\r\n"), "Signal=!\r\nDuration=160\r\n");
  EXPECT_EQ(relayed("Signal=77\r\n"), "xxxxxxxxxxx") << "no key";
  const auto bare = sip::Message::parse(request("", "Application/DTMF", "7\r\n"));
  EXPECT_THAT(scrubbed(*bare), ::testing::EndsWith("Content-Length: 1\r\n\r\n0"));

  media::v2::Event pressed;
  pressed.mutable_digit()->set_port(3);
  pressed.mutable_digit()->set_digit("7");
  const media::v2::Event kept = scrubbed(pressed);
  EXPECT_EQ(kept.digit().port(), 3u);
  EXPECT_EQ(kept.digit().digit(), "0");
}

TEST(Scrubbed, KeepsNoKeyThatIsSpelledOtherwise) {
  const std::string sdp = scrubbed_text("", "application/sdp",
                                        "v=0\r\nm=audio 9 RTP/SAVPF 111\r\nA=ICE-PWD:secret\r\n"
                                        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 INLINE:secret|2^20\r\n"
                                        "a=key-mgmt:mikey secret\r\nK=clear:secret\r\n");
  EXPECT_THAT(sdp, Not(HasSubstr("secret")));
  EXPECT_THAT(scrubbed_text("Content-Encoding: gzip\r\n", "application/sdp", "secret"),
              Not(HasSubstr("secret")));
}

TEST(Scrubbed, KeepsNoPasswordOfAUri) {
  for (const char* fields :
       {"Contact: <sip:1001:secret@192.0.2.7:5060;transport=tcp>\r\n", "Contact: *\r\n",
        "Referred-By: \"S\" <SIPS:a;b:secret@pbx.test>\r\nRoute: <sip:a:secret;b@p>,<sip:p;lr>\r\n",
        "Authorization: Digest username=\"d1\", uri=\"sip:d1:secret@pbx\", response=\"r\"\r\n"}) {
    const std::string text = scrubbed_text(fields, "application/sdp", "v=0\r\n");
    EXPECT_THAT(text, Not(HasSubstr("secret"))) << fields;
    EXPECT_THAT(text, HasSubstr("<sip:1001@pbx.test>"));
  }
  EXPECT_EQ(without_uri_passwords("INVITE sip:1002:12@[2001:db8::1]:5060 SIP/2.0"),
            "INVITE sip:1002:xx@[2001:db8::1]:5060 SIP/2.0");
  for (const char* plain : {"<sip:192.0.2.7:5060>;tag=a, <sip:1002@192.0.2.7:5060>", "sip:", "a@b",
                            "\"sip:1 2:3\" <sip:1@h>", "sip:1002@h:5060;transport=ws"}) {
    EXPECT_EQ(without_uri_passwords(plain), plain);
  }
}

TEST(Scrubbed, KeepsWhatTheSwitchboardReads) {
  const std::string text =
      scrubbed_text("Privacy: id\r\nSession-Expires: 90\r\nAllow: INVITE, UPDATE\r\n",
                    "application/sdp", "v=0\r\n");
  for (const char* kept : {"Privacy: id", "Session-Expires: 90", "Allow: INVITE, UPDATE",
                           "\"Siti\" <sip:1001@pbx.test>;tag=1", "branch=z9hG4bKa"}) {
    EXPECT_THAT(text, HasSubstr(kept));
  }
}

}  // namespace
}  // namespace dering::recording
