// SPDX-License-Identifier: Apache-2.0
#include "registrar/remembered.h"

#include <gtest/gtest.h>

#include <string>

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;

class RememberedTest : public ::testing::Test {
 protected:
  void set(const std::string& key, int value) { table.set(key, value, now); }
  void pass(Duration time) {
    now += time;
    table.on_time(now);
  }
  int value_of(const std::string& key) const {
    const int* found = table.find(key);
    return found ? *found : 0;
  }

  Remembered<std::string, int> table{3, 10s};
  Instant now{1h};
};

TEST_F(RememberedTest, EachIsForgottenAfterItsTime) {
  set("a", 1);
  pass(4s);
  set("b", 2);
  EXPECT_EQ(table.next_deadline(), Instant{1h} + 10s);
  pass(6s);
  EXPECT_EQ(value_of("a"), 0);
  EXPECT_EQ(value_of("b"), 2);
  pass(4s);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.next_deadline(), std::nullopt);
  EXPECT_EQ(table.shed_count(), 0U);
}

TEST_F(RememberedTest, WhatIsSetAnewLivesAnew) {
  set("a", 1);
  pass(6s);
  set("a", 2);
  pass(6s);
  EXPECT_EQ(value_of("a"), 2);
  EXPECT_EQ(table.take("a"), 2);
  EXPECT_EQ(table.take("a"), std::nullopt);
  pass(4s);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(RememberedTest, PastTheCapTheOldestIsShedAndCounted) {
  for (int i = 1; i <= 5; ++i) set(std::to_string(i), i);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.shed_count(), 2U);
  EXPECT_EQ(value_of("2"), 0);
  EXPECT_EQ(value_of("3"), 3);
}

TEST_F(RememberedTest, OneThatComesAgainAndAgainTakesNoMoreRoomThanTheCap) {
  for (int i = 1; i <= 1'000; ++i) set("a", i);
  EXPECT_LE(table.size(), 3U);
  EXPECT_EQ(table.shed_count(), 0U);
  EXPECT_EQ(value_of("a"), 1'000);
}

}  // namespace
}  // namespace dering::registrar
