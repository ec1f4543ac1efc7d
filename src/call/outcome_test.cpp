// SPDX-License-Identifier: Apache-2.0
#include "call/outcome.h"

#include <gtest/gtest.h>

#include <set>

namespace dering::call {
namespace {

TEST(Outcome, EachHasAWordOfItsOwnAndAStatus) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Outcome::shutdown); ++i) {
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

TEST(Outcome, JsSipsDefaultRejectionIsADecline) {
  EXPECT_EQ(outcome_of_response(480), Outcome::declined);
}

}  // namespace
}  // namespace dering::call
