// SPDX-License-Identifier: Apache-2.0
#include "sdp/description.h"

#include <gtest/gtest.h>

#include "sdp/reading.h"
#include "sdp/rewrite.h"
#include "sdp/testing/browser_offers.h"

namespace dering::sdp {
namespace {

using testing::chromium_offer;
using testing::crlf;
using testing::firefox_offer;

constexpr std::string_view head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n";

std::optional<Malformed> fault_of(const std::string& text) {
  const auto parsed = SessionDescription::parse(text);
  return parsed ? std::nullopt : std::optional(parsed.error());
}

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(SessionDescription, WritesBrowserOffersAsTheyWereRead) {
  for (const auto offer :
       {testing::chromium_offer, testing::firefox_offer, testing::desk_phone_offer}) {
    const auto parsed = SessionDescription::parse(crlf(offer));
    ASSERT_TRUE(parsed) << offer;
    EXPECT_EQ(parsed->text(), crlf(offer));
  }
}

TEST(SessionDescription, TakesBareLineFeedsAndEmptyLines) {
  const auto parsed = SessionDescription::parse(std::string(firefox_offer) + "\n\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->text(), crlf(firefox_offer));
}

TEST(SessionDescription, KeepsThePortCount) {
  const auto parsed =
      SessionDescription::parse(std::string(head) + "m=audio 49170/2 RTP/AVP 0\r\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->media[0].port, 49170);
  EXPECT_NE(parsed->text().find("m=audio 49170/2 RTP/AVP 0\r\n"), std::string::npos);
}

TEST(HostileA3, RefusesWhatIsNotALine) {
  EXPECT_EQ(fault_of(""), Malformed::no_session_head);
  EXPECT_EQ(fault_of("m=audio 9 RTP/AVP 0\r\n"), Malformed::no_session_head);
  for (const std::string bad : {"A=x", "a", "=x", "a x", "a=x\ry", "a=\x01", "\t=x"}) {
    EXPECT_EQ(fault_of(std::string(head) + bad + "\r\n"), Malformed::not_a_line) << bad;
  }
  EXPECT_EQ(fault_of(std::string(head) + std::string("a=x\0y\r\n", 7)), Malformed::not_a_line);
}

TEST(HostileA3, RefusesBrokenMediaLines) {
  for (const std::string bad :
       {"m=", "m=audio", "m=audio 9", "m=audio 9 RTP/AVP", "m=audio 9 RTP/AVP ",
        "m=audio -1 RTP/AVP 0", "m=audio 65536 RTP/AVP 0", "m=audio 9/0 RTP/AVP 0",
        "m=audio 9/x RTP/AVP 0", "m= 9 RTP/AVP 0", "m=audio  9 RTP/AVP 0"}) {
    EXPECT_EQ(fault_of(std::string(head) + bad + "\r\n"), Malformed::bad_media_line) << bad;
  }
}

TEST(HostileA3, RefusesPayloadTypesFrom128OnEverywhere) {
  const std::string media = std::string(head) + "m=audio 9 RTP/AVP 0";
  for (const std::string type :
       {"-1", "128", "255", "256", "65536", "4294967296", "x", "0x1", ""}) {
    EXPECT_EQ(fault_of(media + " " + type + " 8\r\n"), Malformed::bad_payload_type) << type;
    EXPECT_EQ(fault_of(media + "\r\na=rtpmap:" + type + " PCMU/8000\r\n"),
              Malformed::bad_payload_type);
    EXPECT_EQ(fault_of(media + "\r\na=fmtp:" + type + " 0-15\r\n"), Malformed::bad_payload_type);
  }
  EXPECT_FALSE(fault_of(media + " 127\r\na=rtpmap:127 x/8000\r\na=rtcp-fb:* nack\r\n"));
  EXPECT_FALSE(
      fault_of(std::string(head) + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
}

TEST(HostileA3, CapsSectionsLinesAndSize) {
  const std::string section = "m=audio 9 RTP/AVP 0\r\n";
  EXPECT_FALSE(fault_of(std::string(head) + repeated(section, 32)));
  EXPECT_EQ(fault_of(std::string(head) + repeated(section, 33)), Malformed::too_many_sections);
  EXPECT_EQ(fault_of(std::string(head) + repeated(section, 1'000)), Malformed::too_many_sections);

  EXPECT_FALSE(fault_of(std::string(head) + repeated("a=x\r\n", 509)));
  EXPECT_EQ(fault_of(std::string(head) + repeated("a=x\r\n", 510)), Malformed::too_many_lines);
  EXPECT_FALSE(fault_of(std::string(head) + section + repeated("a=x\r\n", 512)));
  EXPECT_EQ(fault_of(std::string(head) + section + repeated("a=x\r\n", 513)),
            Malformed::too_many_lines);

  EXPECT_EQ(fault_of(std::string(head) + "a=" + std::string(70'000, 'x')), Malformed::too_large);
}

TEST(HostileA3, TakesEveryAttributeTwiceOrDangling) {
  const auto offer = SessionDescription::parse(crlf(chromium_offer));
  ASSERT_TRUE(offer);
  SessionDescription doubled = *offer;
  for (MediaSection& section : doubled.media) {
    const Lines once = section.lines;
    section.lines.insert(section.lines.end(), once.begin(), once.end());
  }
  EXPECT_TRUE(SessionDescription::parse(doubled.text()));
  EXPECT_TRUE(is_webrtc(doubled));

  for (const Line& line : offer->media[0].lines) {
    SessionDescription dangling = *offer;
    for (Line& other : dangling.media[0].lines) {
      if (other == line) other.value = std::string(attribute_name(line));
    }
    const Relay relay{{"ourU", "ourPasswordOfTwentyFour"},
                      {SocketAddress::from_ipv4(0xc0000201, 40'000)}};
    if (const auto again = SessionDescription::parse(dangling.text())) {
      (void)relay_rewrite(*again, relay, {1, 1});
    }
  }
}

TEST(Reading, FindsWhatBrowsersWriteAtEitherLevel) {
  const auto chromium = *SessionDescription::parse(crlf(chromium_offer));
  const auto firefox = *SessionDescription::parse(crlf(firefox_offer));
  EXPECT_EQ(ice_credentials(chromium, chromium.media[0]),
            (IceCredentials{"Zx7+", "Jq8vV3mP0oYtR5wZ1cN7bL2k"}));
  EXPECT_EQ(sha256_fingerprint(chromium, chromium.media[0]), testing::chromium_fingerprint);
  EXPECT_EQ(sha256_fingerprint(firefox, firefox.media[0]), testing::firefox_fingerprint);
  EXPECT_EQ(setup(firefox, firefox.media[0]), Setup::actpass);
  EXPECT_EQ(direction(firefox, firefox.media[0]), Direction::sendrecv);
}

TEST(Reading, TellsWebrtcFromPlainRtp) {
  const auto chromium = *SessionDescription::parse(crlf(chromium_offer));
  const auto desk_phone = *SessionDescription::parse(crlf(testing::desk_phone_offer));
  EXPECT_TRUE(is_webrtc(chromium));
  EXPECT_FALSE(is_plain_rtp(chromium));
  EXPECT_FALSE(is_webrtc(desk_phone));
  EXPECT_TRUE(is_plain_rtp(desk_phone));
}

TEST(Reading, IsNotWebrtcWithoutKeyCredentialsMuxOrBundle) {
  for (const std::string_view missing : {"fingerprint", "ice-ufrag", "ice-pwd", "rtcp-mux"}) {
    auto offer = *SessionDescription::parse(crlf(chromium_offer));
    for (MediaSection& section : offer.media) remove_attributes(section.lines, missing);
    EXPECT_FALSE(is_webrtc(offer)) << missing;
  }
  auto unbundled = *SessionDescription::parse(crlf(chromium_offer));
  remove_attributes(unbundled.lines, "group");
  EXPECT_FALSE(is_webrtc(unbundled));
}

TEST(Reading, TrustsOnlyWholeSha256Fingerprints) {
  auto offer = *SessionDescription::parse(crlf(firefox_offer));
  const auto read_with = [&](std::string_view value) {
    set_attribute(offer.lines, "fingerprint", value);
    return sha256_fingerprint(offer, offer.media[0]);
  };
  EXPECT_FALSE(read_with("sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"));
  EXPECT_FALSE(read_with("sha-256 00:11"));
  EXPECT_FALSE(read_with("sha-256"));
  EXPECT_TRUE(read_with("SHA-256 " + std::string(testing::firefox_fingerprint)));
}

TEST(Reading, RefusesIceCredentialsOutOfBounds) {
  auto offer = *SessionDescription::parse(crlf(firefox_offer));
  set_attribute(offer.media[0].lines, "ice-ufrag", "abc");
  EXPECT_FALSE(ice_credentials(offer, offer.media[0]));
  set_attribute(offer.media[0].lines, "ice-ufrag", std::string(257, 'a'));
  EXPECT_FALSE(ice_credentials(offer, offer.media[0]));
  set_attribute(offer.media[0].lines, "ice-ufrag", "ab cd");
  EXPECT_FALSE(ice_credentials(offer, offer.media[0]));
}

}  // namespace
}  // namespace dering::sdp
