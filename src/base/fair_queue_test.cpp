// SPDX-License-Identifier: Apache-2.0
#include "base/fair_queue.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

TEST(FairQueue, WhoAsksOnceWaitsForOneOfEachAndNotForAllOfTheGreedy) {
  FairQueue<int> queue({.in_all = 100, .of_a_source = 50});
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(queue.push("greedy", int(i)));
  EXPECT_TRUE(queue.push("modest", 100));
  EXPECT_EQ(queue.pop(), 0);
  EXPECT_EQ(queue.pop(), 100);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.size(), 38U);
}

TEST(FairQueue, IsBoundedInAllAndForEachSource) {
  FairQueue<int> queue({.in_all = 3, .of_a_source = 2});
  EXPECT_TRUE(queue.push("a", 1));
  EXPECT_TRUE(queue.push("a", 2));
  EXPECT_FALSE(queue.push("a", 3));
  EXPECT_TRUE(queue.push("b", 4));
  EXPECT_FALSE(queue.push("c", 5));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(queue.push("c", 5));
  for (const int expected : {4, 2, 5}) EXPECT_EQ(queue.pop(), expected);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace dering
