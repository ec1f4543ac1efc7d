// SPDX-License-Identifier: Apache-2.0
#include "store/forwarding_book.h"

#include <gtest/gtest.h>

#include <vector>

namespace dering::store {
namespace {

class ForwardingBookTest : public ::testing::Test {
 protected:
  ForwardingBook book() {
    return {*store_, [this](const directory::ForwardingChanged& it) { told_.push_back(it); }};
  }

  std::unique_ptr<Store> store_ = *Store::open(":memory:");
  std::vector<directory::ForwardingChanged> told_;
};

TEST_F(ForwardingBookTest, KeepsAllThatIsSaidForTheNextStart) {
  const directory::Forwarding all{.always = "1002",
                                  .busy = "1003'; DROP TABLE forwardings",
                                  .no_answer = "1004",
                                  .unreachable = "1005",
                                  .ring_seconds = 45,
                                  .do_not_disturb = true,
                                  .pickup_notices = false};
  {
    auto first = book();
    first.change("1001", {.always = all.always,
                          .busy = all.busy,
                          .no_answer = all.no_answer,
                          .unreachable = all.unreachable,
                          .ring_seconds = all.ring_seconds,
                          .do_not_disturb = true,
                          .pickup_notices = false});
    first.change("1006", {.busy = "1001"});
  }
  auto second = book();
  ASSERT_EQ(second.read()->all.size(), 2U);
  EXPECT_EQ(second.of("1001"), all);
  EXPECT_EQ(second.of("1006").busy, "1001");
  EXPECT_EQ(second.of("1007"), directory::Forwarding());
}

TEST_F(ForwardingBookTest, WhoWantsNothingSpecialTakesNoRow) {
  auto ours = book();
  ours.change("1001", {.do_not_disturb = true});
  ours.change("1001", {.do_not_disturb = false});
  EXPECT_TRUE(store_->load_forwardings()->all.empty());
  EXPECT_EQ(told_.size(), 2U);
}

TEST_F(ForwardingBookTest, TellsOfWhatIsNewAlone) {
  auto ours = book();
  ours.change("1001", {.always = "1002"});
  ours.change("1001", {.always = "1002"});
  ours.change("1001", {});
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].extension, "1001");
  EXPECT_EQ(told_[0].forwarding.always, "1002");
}

}  // namespace
}  // namespace dering::store
