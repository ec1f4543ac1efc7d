// SPDX-License-Identifier: Apache-2.0
#include "sdp/rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sdp/testing/browser_offers.h"

namespace dering::sdp {
namespace {

using testing::crlf;
using ::testing::HasSubstr;
using ::testing::Not;

const Relay relay{{"ourUfrag", "ourPasswordOf24Characters"},
                  {*SocketAddress::from_text("192.0.2.1", 40'000),
                   *SocketAddress::from_text("2001:db8::1", 40'000)}};

SessionDescription parsed(std::string_view text) {
  return *SessionDescription::parse(crlf(text));
}

TEST(RelayRewrite, ReplacesTheTransportAndNothingElse) {
  const SessionDescription offer = parsed(testing::chromium_offer);
  const auto rewritten = relay_rewrite(offer, relay, {77, 3});
  ASSERT_TRUE(rewritten);
  constexpr std::string_view replaced[] = {"candidate", "ice-ufrag", "ice-pwd", "ice-options",
                                           "rtcp"};
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    Lines kept = offer.media[i].lines;
    Lines passed = rewritten->media[i].lines;
    for (Lines* lines : {&kept, &passed}) {
      std::erase_if(*lines, [](const Line& line) { return line.type == 'c'; });
      for (const auto name : replaced) remove_attributes(*lines, name);
    }
    EXPECT_EQ(kept, passed);
    EXPECT_EQ(offer.media[i].formats, rewritten->media[i].formats);
  }
}

TEST(RelayRewrite, LeavesNoTraceOfTheBrowsersAddresses) {
  const std::string text = relay_rewrite(parsed(testing::chromium_offer), relay, {77, 3})->text();
  for (const char* trace : {"192.168.1.20", "203.0.113.77", "51412", "Zx7+", "Jq8v", "trickle",
                            "127.0.0.1", "a=rtcp:"}) {
    EXPECT_THAT(text, Not(HasSubstr(trace)));
  }
}

TEST(RelayRewrite, PutsTheEngineIntoEverySection) {
  const auto rewritten = relay_rewrite(parsed(testing::chromium_offer), relay, {77, 3});
  ASSERT_TRUE(rewritten);
  EXPECT_THAT(rewritten->text(), HasSubstr("o=- 77 3 IN IP4 0.0.0.0\r\n"));
  EXPECT_TRUE(attribute(rewritten->lines, "ice-lite"));
  for (const MediaSection& section : rewritten->media) {
    EXPECT_EQ(section.port, 40'000);
    EXPECT_EQ(section.lines.front(), (Line{'c', "IN IP4 192.0.2.1"}));
    EXPECT_EQ(ice_credentials(*rewritten, section), relay.ice);
    const auto is_candidate = [](const Line& line) { return attribute_name(line) == "candidate"; };
    EXPECT_EQ(std::ranges::count_if(section.lines, is_candidate), 2);
  }
  EXPECT_THAT(rewritten->text(),
              HasSubstr("a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host\r\n"
                        "a=candidate:2 1 udp 2130706175 2001:db8::1 40000 typ host\r\n"));
}

TEST(RelayRewrite, SaysOnceThatTheEngineIsIceLite) {
  SessionDescription offer = parsed(testing::firefox_offer);
  offer.lines.push_back({'a', "ice-lite"});
  const auto rewritten = relay_rewrite(offer, relay, {77, 1});
  ASSERT_TRUE(rewritten);
  EXPECT_EQ(std::ranges::count(rewritten->lines, Line{'a', "ice-lite"}), 1);
}

TEST(RelayRewrite, TakesOffersWithoutCandidatesS24) {
  const auto rewritten = relay_rewrite(parsed(testing::firefox_offer), relay, {77, 1});
  ASSERT_TRUE(rewritten);
  EXPECT_TRUE(is_webrtc(*rewritten));
  EXPECT_EQ(sha256_fingerprint(*rewritten, rewritten->media[0]), testing::firefox_fingerprint);
}

TEST(RelayRewrite, KeepsRejectedAndBundleOnlySectionsAtPortZero) {
  SessionDescription offer = parsed(testing::chromium_offer);
  offer.media[1].port = 0;
  auto rewritten = relay_rewrite(offer, relay, {77, 1});
  ASSERT_TRUE(rewritten);
  EXPECT_EQ(rewritten->media[1].port, 0);
  EXPECT_FALSE(attribute(rewritten->media[1].lines, "candidate"));

  offer.media[1].lines.push_back({'a', "bundle-only"});
  rewritten = relay_rewrite(offer, relay, {77, 1});
  ASSERT_TRUE(rewritten);
  EXPECT_EQ(rewritten->media[1].port, 0);
  EXPECT_TRUE(attribute(rewritten->media[1].lines, "ice-ufrag"));
}

TEST(RelayRewrite, RefusesWhatTheEngineCannotSeal) {
  EXPECT_EQ(relay_rewrite(parsed(testing::desk_phone_offer), relay, {1, 1}).error(),
            Unusable::not_webrtc);
  SessionDescription without_mux = parsed(testing::firefox_offer);
  remove_attributes(without_mux.media[0].lines, "rtcp-mux");
  EXPECT_EQ(relay_rewrite(without_mux, relay, {1, 1}).error(), Unusable::not_webrtc);
}

}  // namespace
}  // namespace dering::sdp
