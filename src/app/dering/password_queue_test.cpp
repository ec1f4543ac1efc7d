// SPDX-License-Identifier: Apache-2.0
#include "app/dering/password_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace dering::app {
namespace {

using ::testing::ElementsAre;

class PasswordQueueTest : public ::testing::Test {
 protected:
  bool ask(std::uint64_t id, const std::string& network, bool is_known = false) {
    return queue_.ask(
        {.id = {id}, .password = "", .hash = "", .network = network, .is_known = is_known});
  }
  std::vector<std::uint64_t> sent_;
  PasswordQueue queue_{[this](const api::PasswordQuestion& it) { sent_.push_back(it.id.value); }};
};

TEST_F(PasswordQueueTest, AT4OneAddressHasFewPlacesAndOthersWaitForOneOfItsOwn) {
  int taken = 0;
  for (std::uint64_t i = 0; i < 150; ++i) taken += ask(i, "greedy") ? 1 : 0;
  EXPECT_EQ(taken, 5) << "one on its way and four that wait";
  EXPECT_TRUE(ask(1000, "modest"));
  queue_.on_judged();
  queue_.on_judged();
  EXPECT_THAT(sent_, ElementsAre(0, 1, 1000));
}

TEST_F(PasswordQueueTest, E8WhoHasSignedInFromThereBeforeGoesFirst) {
  for (std::uint64_t i = 0; i < 64; ++i) {
    EXPECT_TRUE(ask(i, "network " + std::to_string(i)));
  }
  EXPECT_TRUE(ask(64, "the last place"));
  EXPECT_FALSE(ask(65, "another"));
  EXPECT_TRUE(ask(1000, "network 1", true));
  queue_.on_judged();
  EXPECT_EQ(sent_.back(), 1000U);
}

TEST_F(PasswordQueueTest, SendsOneAtATime) {
  EXPECT_TRUE(ask(1, "a"));
  EXPECT_TRUE(ask(2, "a"));
  EXPECT_THAT(sent_, ElementsAre(1));
  queue_.on_judged();
  EXPECT_THAT(sent_, ElementsAre(1, 2));
  queue_.on_judged();
  EXPECT_TRUE(ask(3, "a"));
  EXPECT_THAT(sent_, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace dering::app
