// SPDX-License-Identifier: Apache-2.0
#include "call/outcome.h"

#include <gtest/gtest.h>

#include <set>

namespace dering::call {
namespace {

Outcome meaning(int status, std::string_view reason = {}) {
  return outcome_of_response(status, reason, MediaProfile::webrtc);
}

TEST(Outcome, EachHasAWordOfItsOwnAndAStatus) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Outcome::unprotected); ++i) {
    const Outcome outcome{static_cast<std::uint8_t>(i)};
    EXPECT_TRUE(words.insert(word_of(outcome)).second) << word_of(outcome);
    EXPECT_GE(status_of(outcome), 200);
  }
}

TEST(Outcome, TheReasonCarriesStatusAndWord) {
  EXPECT_EQ(reason_of(Outcome::busy), "SIP;cause=486;text=\"busy\"");
}

TEST(Outcome, ADeclineTellsMoreThanBusyAndBusyMoreThanSilence) {
  EXPECT_TRUE(tells_more(meaning(603), meaning(486)));
  EXPECT_TRUE(tells_more(meaning(486), meaning(408)));
  EXPECT_TRUE(tells_more(meaning(408), meaning(500)));
  EXPECT_FALSE(tells_more(meaning(404), meaning(486)));
}

TEST(Outcome, ARefusedMicrophoneTellsMoreThanSilenceAndLessThanBusy) {
  const Outcome refused = meaning(480, "SIP;cause=480;text=\"no_microphone\"");
  EXPECT_EQ(refused, Outcome::no_microphone);
  EXPECT_TRUE(tells_more(refused, Outcome::no_answer));
  EXPECT_TRUE(tells_more(Outcome::busy, refused));
}

TEST(Outcome, AWordThatTheStatusContradictsIsNotBelieved) {
  EXPECT_EQ(meaning(486, "SIP;cause=486;text=\"no_microphone\""), Outcome::busy);
  EXPECT_EQ(meaning(480, "SIP;cause=480;text=\"answered\""), Outcome::declined);
}

TEST(Outcome, AReasonIsReadInAnySpelling) {
  EXPECT_EQ(meaning(480, "Q.850;cause=16, sip ; text=\"no_microphone\" ; cause=480"),
            Outcome::no_microphone);
  EXPECT_TRUE(tells_of_loss("SIP ;cause=408; text=\"RTP Timeout\""));
  EXPECT_TRUE(tells_of_loss("Q.850;cause=41,SIP;cause=503"));
}

TEST(Outcome, WhoHangsUpHasLostNothing) {
  for (const char* reason : {"", "SIP;cause=200;text=\"User Triggered\"", "Q.850;cause=16",
                             "SIP;cause=603;text=\"Decline\"", "SIP;cause=99999", "SIP"}) {
    EXPECT_FALSE(tells_of_loss(reason)) << reason;
  }
}

TEST(Outcome, JsSipsDefaultRejectionIsADecline) {
  EXPECT_EQ(meaning(480), Outcome::declined);
}

TEST(Outcome, FR13_ARefusalOfADeskPhoneKeepsItsMeaning) {
  const auto of_desk_phone = [](int status) {
    return outcome_of_response(status, {}, MediaProfile::rtp);
  };
  EXPECT_EQ(of_desk_phone(480), Outcome::unavailable);
  EXPECT_EQ(of_desk_phone(503), Outcome::unavailable);
  EXPECT_EQ(of_desk_phone(403), Outcome::refused);
  EXPECT_EQ(of_desk_phone(484), Outcome::offline);
  EXPECT_EQ(of_desk_phone(486), Outcome::busy);
  EXPECT_EQ(of_desk_phone(603), Outcome::declined);
  EXPECT_EQ(of_desk_phone(500), Outcome::failed);
}

}  // namespace
}  // namespace dering::call
