// SPDX-License-Identifier: Apache-2.0
#include "base/budgets.h"

#include <gtest/gtest.h>

#include <string>

namespace dering {
namespace {

using namespace std::chrono_literals;

class BudgetsTest : public ::testing::Test {
 protected:
  SeededRandom random_{1};
  Budgets budgets_{{.burst = 5, .each = 30s}, random_};
  Instant now_ = Instant{} + 1h;
};

TEST_F(BudgetsTest, AfterTheBurstEachOneTakesItsTime) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(budgets_.try_spend("ayu", now_)) << i;
  EXPECT_EQ(whole_seconds(*budgets_.try_spend("ayu", now_)), 30U);
  EXPECT_FALSE(budgets_.wait("budi", now_)) << "others are not touched";
  now_ += 30s;
  EXPECT_FALSE(budgets_.try_spend("ayu", now_));
  EXPECT_TRUE(budgets_.try_spend("ayu", now_));
  now_ += 150s;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(budgets_.try_spend("ayu", now_)) << i;
  EXPECT_TRUE(budgets_.wait("ayu", now_));
}

TEST_F(BudgetsTest, SpendingBeyondItDoesNotLengthenTheWait) {
  for (int i = 0; i < 1000; ++i) budgets_.spend("ayu", now_);
  EXPECT_EQ(whole_seconds(*budgets_.wait("ayu", now_)), 30U);
}

TEST_F(BudgetsTest, AT5NamesThatStrangersMakeUpPushNobodyOut) {
  for (int i = 0; i < 5; ++i) budgets_.spend("guesser", now_);
  for (int i = 0; i < 20'000; ++i) budgets_.spend("stranger " + std::to_string(i % 2'000), now_);
  EXPECT_TRUE(budgets_.wait("guesser", now_)) << "no flood of names gives a guesser new tries";
  int shut_out = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (budgets_.wait("honest " + std::to_string(i), now_)) ++shut_out;
  }
  EXPECT_LT(shut_out, 50) << "and few suffer from two thousand who have spent all";
}

TEST_F(BudgetsTest, AClockThatWasSetBackGivesNothingBack) {
  for (int i = 0; i < 5; ++i) budgets_.spend("ayu", now_);
  EXPECT_TRUE(budgets_.wait("ayu", now_ - 1h));
  budgets_.spend("ayu", now_ - 1h);
  EXPECT_FALSE(budgets_.wait("ayu", now_ + 150s));
}

}  // namespace
}  // namespace dering
