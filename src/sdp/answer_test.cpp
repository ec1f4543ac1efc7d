// SPDX-License-Identifier: Apache-2.0
#include "sdp/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdp/testing/browser_offers.h"

namespace dering::sdp {
namespace {

using testing::crlf;
using ::testing::HasSubstr;
using ::testing::Not;

const Relay relay{{"ourUfrag", "ourPasswordOf24Characters"},
                  {*SocketAddress::from_text("192.0.2.1", 40'000)}};

SessionDescription parsed(std::string_view text) {
  return *SessionDescription::parse(crlf(text));
}

// ---- re-offers ----------------------------------------------------------------------------------

/// What the Chromium phone was told in the answer to its first offer.
SessionDescription first_answer() {
  SessionDescription far = parsed(testing::firefox_offer);
  far.media[0].formats = "111 126";
  SessionDescription answer = *relay_rewrite(far, relay, {77, 1});
  set_attribute(answer.media[0].lines, "setup", "active");
  answer.media.push_back({"video", 0, 1, "UDP/TLS/RTP/SAVPF", "96", {{'a', "mid:1"}}});
  return answer;
}

TEST(AnswerForReoffer, MirrorsHoldAndUnholdS25) {
  const SessionDescription previous = first_answer();
  SessionDescription offer = parsed(testing::chromium_offer);
  constexpr std::pair<Direction, Direction> table[] = {{Direction::sendonly, Direction::recvonly},
                                                       {Direction::inactive, Direction::inactive},
                                                       {Direction::recvonly, Direction::sendonly},
                                                       {Direction::sendrecv, Direction::sendrecv}};
  for (const auto& [offered, answered] : table) {
    set_direction(offer.media[0], offered);
    const auto answer = answer_for_reoffer(offer, previous, nullptr, {77, 2});
    ASSERT_TRUE(answer);
    EXPECT_EQ(direction(*answer, answer->media[0]), answered);
  }
}

TEST(AnswerForReoffer, BumpsTheVersionAndKeepsSectionsKeysAndCredentialsS34) {
  const SessionDescription previous = first_answer();
  const auto answer =
      answer_for_reoffer(parsed(testing::chromium_offer), previous, nullptr, {77, 2});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->lines[1].value, "- 77 2 IN IP4 0.0.0.0");
  ASSERT_EQ(answer->media.size(), 2U);
  EXPECT_FALSE(answer->media[0].is_rejected());
  EXPECT_TRUE(answer->media[1].is_rejected());
  EXPECT_EQ(ice_credentials(*answer, answer->media[0]), relay.ice);
  EXPECT_EQ(setup(*answer, answer->media[0]), Setup::active);
  EXPECT_EQ(attribute(answer->lines, "group"), "BUNDLE 0");
  EXPECT_TRUE(is_webrtc(*answer));
}

TEST(AnswerForReoffer, RejectsSectionsThatAreNew) {
  SessionDescription offer = parsed(testing::chromium_offer);
  offer.media.push_back(offer.media[1]);
  set_attribute(offer.media[2].lines, "mid", "2");
  const auto answer = answer_for_reoffer(offer, first_answer(), nullptr, {77, 2});
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->media.size(), 3U);
  EXPECT_TRUE(answer->media[2].is_rejected());
  EXPECT_EQ(attribute(answer->media[2].lines, "mid"), "2");
}

TEST(AnswerForReoffer, RefusesAnOfferWithFewerSections) {
  SessionDescription offer = parsed(testing::chromium_offer);
  offer.media.pop_back();
  EXPECT_EQ(answer_for_reoffer(offer, first_answer(), nullptr, {77, 2}).error(),
            Unusable::sections_missing);
}

TEST(AnswerForReoffer, GivesNewCredentialsAfterAnIceRestart) {
  const Relay restarted{{"newUfrag", "newPasswordOf24Characters"}, relay.addresses};
  const auto answer =
      answer_for_reoffer(parsed(testing::chromium_offer), first_answer(), &restarted, {77, 2});
  ASSERT_TRUE(answer);
  EXPECT_EQ(ice_credentials(*answer, answer->media[0]), restarted.ice);
  EXPECT_THAT(answer->text(), Not(HasSubstr("ourUfrag")));
}

TEST(AnswerForReoffer, TurnsOurEarlierOfferIntoAnAnswer) {
  const SessionDescription our_offer =
      *relay_rewrite(parsed(testing::chromium_offer), relay, {7, 1});
  SessionDescription offer = parsed(testing::firefox_offer);
  offer.media[0].formats = "111 126";
  remove_attributes(offer.media[0].lines, "extmap");
  offer.media.push_back({"video", 0, 1, "UDP/TLS/RTP/SAVPF", "96", {{'a', "mid:1"}}});
  const auto answer = answer_for_reoffer(offer, our_offer, nullptr, {7, 2});
  ASSERT_TRUE(answer);
  EXPECT_EQ(setup(*answer, answer->media[0]), Setup::passive);
  EXPECT_EQ(attribute(answer->lines, "group"), "BUNDLE 0");
  EXPECT_EQ(answer->media[0].formats, "111 126");
  EXPECT_FALSE(attribute(answer->media[0].lines, "extmap"));
  EXPECT_THAT(answer->text(), Not(HasSubstr("rtpmap:63")));
  EXPECT_TRUE(answer->media[1].is_rejected());
}

// ---- our own offers in a sealed call ------------------------------------------------------------

TEST(OfferAgain, SaysAnotherDirectionAsksForAnyRoleAndKeepsTheRest) {
  const SessionDescription said = first_answer();
  const SessionDescription offer = offer_again(said, Direction::sendonly, {77, 3});
  EXPECT_EQ(offer.lines[1].value, "- 77 3 IN IP4 0.0.0.0");
  EXPECT_EQ(direction(offer, offer.media[0]), Direction::sendonly);
  EXPECT_EQ(setup(offer, offer.media[0]), Setup::actpass);
  EXPECT_EQ(ice_credentials(offer, offer.media[0]), relay.ice);
  EXPECT_EQ(sha256_fingerprint(offer, offer.media[0]), testing::firefox_fingerprint);
  ASSERT_EQ(offer.media.size(), 2U);
  EXPECT_TRUE(offer.media[1].is_rejected());
  EXPECT_FALSE(attribute(offer.media[1].lines, "sendonly"));
}

// ---- directions ---------------------------------------------------------------------------------

TEST(Directions, AreLimitedSectionBySectionAndThoseRejectedStay) {
  SessionDescription said = parsed(testing::chromium_offer);
  said.media.push_back({"video", 0, 1, "UDP/TLS/RTP/SAVPF", "96", {{'a', "inactive"}}});
  const std::vector<Direction> most{Direction::sendrecv, Direction::recvonly, Direction::sendrecv};
  limit_directions(said, most);
  EXPECT_THAT(directions(said), ::testing::ElementsAre(Direction::sendrecv, Direction::recvonly,
                                                       Direction::inactive));
  for (MediaSection& section : said.media) set_direction(section, Direction::sendonly);
  limit_directions(said, std::span(most).first(2));
  EXPECT_THAT(directions(said), ::testing::ElementsAre(Direction::sendonly, Direction::inactive,
                                                       Direction::sendonly));
}

}  // namespace
}  // namespace dering::sdp
