// SPDX-License-Identifier: Apache-2.0
#include "app/dering/errand_batch.h"

#include <gtest/gtest.h>

namespace dering::app {
namespace {

using namespace std::chrono_literals;

class ErrandBatchTest : public ::testing::Test {
 protected:
  std::vector<std::size_t> arrived() {
    std::vector<directory::Errand> letters;
    worker_.errands.take(letters);
    std::vector<std::size_t> kinds;
    for (const directory::Errand& letter : letters) kinds.push_back(letter.index());
    return kinds;
  }

  int wakes_ = 0;
  WorkerMail worker_{[this] { ++wakes_; }};
  ErrandBatch errands_{worker_};
  Instant now_ = Instant{} + 1h;
  const directory::Errand record_ = directory::SaveCallRecord{};
  const directory::Errand binding_ = directory::SaveBinding{};
};

TEST_F(ErrandBatchTest, WakesTheWorkerOnceForErrandsThatCanWait) {
  for (int i = 0; i < 5; ++i) errands_.add(record_, now_);
  EXPECT_TRUE(arrived().empty());
  ASSERT_EQ(errands_.next_deadline(), now_ + 20ms);
  errands_.on_time(now_ + 19ms);
  EXPECT_TRUE(arrived().empty());
  errands_.on_time(now_ + 20ms);
  EXPECT_EQ(arrived().size(), 5U);
  EXPECT_EQ(wakes_, 1);
  EXPECT_EQ(errands_.next_deadline(), std::nullopt);
}

TEST_F(ErrandBatchTest, GoesWithTheMostImpatientAndKeepsTheOrder) {
  errands_.add(record_, now_);
  errands_.add(binding_, now_ + 1ms);
  EXPECT_EQ(errands_.next_deadline(), now_ + 6ms);
  errands_.on_time(now_ + 6ms);
  EXPECT_EQ(arrived(), (std::vector{record_.index(), binding_.index()}));
  EXPECT_EQ(errands_.next_deadline(), std::nullopt);
}

TEST_F(ErrandBatchTest, LosesNothingAtTheEnd) {
  errands_.add(record_, now_);
  errands_.post(now_);
  EXPECT_EQ(arrived().size(), 1U);
  errands_.post(now_);
  EXPECT_EQ(wakes_, 1);
}

TEST_F(ErrandBatchTest, AT1WhatTheWorkerHasNoRoomForIsKeptAndTriedAgain) {
  constexpr std::size_t many = 70'000;
  for (std::size_t i = 0; i < many; ++i) errands_.add(record_, now_);
  now_ += 20ms;
  errands_.on_time(now_);
  const std::size_t first = arrived().size();
  EXPECT_LT(first, many);
  EXPECT_EQ(errands_.waiting(), many - first);
  ASSERT_EQ(errands_.next_deadline(), now_ + 20ms);
  errands_.on_time(now_ + 20ms);
  EXPECT_EQ(first + arrived().size(), many);
  EXPECT_EQ(errands_.waiting(), 0U);
  EXPECT_EQ(errands_.lost(), 0U);
}

TEST_F(ErrandBatchTest, WhatCanNotBeKeptAnyMoreIsCounted) {
  for (std::size_t i = 0; i < ErrandBatch::most_kept + 7; ++i) errands_.add(record_, now_);
  EXPECT_EQ(errands_.waiting(), ErrandBatch::most_kept);
  EXPECT_EQ(errands_.lost(), 7U);
}

}  // namespace
}  // namespace dering::app
