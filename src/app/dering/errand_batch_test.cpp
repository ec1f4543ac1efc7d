// SPDX-License-Identifier: Apache-2.0
#include "app/dering/errand_batch.h"

#include <gtest/gtest.h>

namespace dering::app {
namespace {

using namespace std::chrono_literals;

class ErrandBatchTest : public ::testing::Test {
 protected:
  /// What the worker would find now, errands only, by their place in the variant.
  std::vector<std::size_t> arrived() {
    std::vector<WorkerLetter> letters;
    worker_.take(letters);
    std::vector<std::size_t> kinds;
    for (const WorkerLetter& letter : letters) {
      kinds.push_back(std::get<WorkerErrand>(letter).index());
    }
    return kinds;
  }
  static std::size_t kind_of(const WorkerErrand& errand) { return errand.index(); }

  int wakes_ = 0;
  WorkerMailbox worker_{100, [this] { ++wakes_; }};
  ErrandBatch errands_{worker_};
  Instant now_ = Instant{} + 1h;
  const WorkerErrand record_ = directory::SaveCallRecord{};
  const WorkerErrand binding_ = directory::SaveBinding{};
  const WorkerErrand token_ = identity::VerifyToken{};
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
  errands_.add(token_, now_ + 2ms);
  EXPECT_EQ(arrived(), (std::vector{kind_of(record_), kind_of(binding_), kind_of(token_)}));
  EXPECT_EQ(errands_.next_deadline(), std::nullopt);
}

TEST_F(ErrandBatchTest, LosesNothingAtTheEnd) {
  errands_.add(record_, now_);
  errands_.post();
  EXPECT_EQ(arrived().size(), 1U);
  errands_.post();
  EXPECT_EQ(wakes_, 1);
}

}  // namespace
}  // namespace dering::app
