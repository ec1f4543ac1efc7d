// SPDX-License-Identifier: Apache-2.0
#include "call/outcome.h"

#include <gtest/gtest.h>

#include <set>

namespace dering::call {
namespace {

TEST(Outcome, EachHasAWordOfItsOwnAndAStatus) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Outcome::desk_phone); ++i) {
    const Outcome outcome{static_cast<std::uint8_t>(i)};
    EXPECT_TRUE(words.insert(word_of(outcome)).second) << word_of(outcome);
    EXPECT_GE(status_of(outcome), 200);
  }
}

TEST(Outcome, TheReasonCarriesStatusAndWord) {
  EXPECT_EQ(reason_of(Outcome::busy), "SIP;cause=486;text=\"busy\"");
}

TEST(Outcome, ADeclineTellsMoreThanBusyAndBusyMoreThanSilence) {
  EXPECT_TRUE(tells_more(outcome_of_response(603), outcome_of_response(486)));
  EXPECT_TRUE(tells_more(outcome_of_response(486), outcome_of_response(408)));
  EXPECT_TRUE(tells_more(outcome_of_response(408), outcome_of_response(500)));
  EXPECT_FALSE(tells_more(outcome_of_response(404), outcome_of_response(486)));
}

TEST(Outcome, ARefusedMicrophoneTellsMoreThanSilenceAndLessThanBusy) {
  const Outcome refused = outcome_of_response(480, "SIP;cause=480;text=\"no_microphone\"");
  EXPECT_EQ(refused, Outcome::no_microphone);
  EXPECT_TRUE(tells_more(refused, Outcome::no_answer));
  EXPECT_TRUE(tells_more(Outcome::busy, refused));
}

TEST(Outcome, AWordThatTheStatusContradictsIsNotBelieved) {
  EXPECT_EQ(outcome_of_response(486, "SIP;cause=486;text=\"no_microphone\""), Outcome::busy);
  EXPECT_EQ(outcome_of_response(480, "SIP;cause=480;text=\"answered\""), Outcome::declined);
}

TEST(Outcome, AReasonIsReadInAnySpelling) {
  EXPECT_EQ(outcome_of_response(480, "Q.850;cause=16, sip ; text=\"no_microphone\" ; cause=480"),
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
  EXPECT_EQ(outcome_of_response(480), Outcome::declined);
}

}  // namespace
}  // namespace dering::call
