// SPDX-License-Identifier: Apache-2.0
#include "store/plan_versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dering::store {
namespace {

using directory::KeptPlan;
using ::testing::ElementsAre;

class PlanVersionsTest : public ::testing::Test {
 protected:
  static KeptPlan plan(std::uint64_t number, std::string document = "{}") {
    return {
        {.number = number, .applied_at = 1'900'000'000, .by = "siti (1001)", .comment = "it's new"},
        std::move(document)};
  }
  void keep(std::uint64_t number, std::string document = "{}") {
    const auto kept = versions_.keep(plan(number, std::move(document)));
    EXPECT_TRUE(kept) << kept.error();
  }
  std::vector<std::uint64_t> numbers(std::uint64_t before = directory::after_all_versions,
                                     std::uint32_t limit = 5000) {
    std::vector<std::uint64_t> found;
    const auto versions = versions_.before(before, limit);
    EXPECT_TRUE(versions);
    for (const auto& version : *versions) found.push_back(version.number);
    return found;
  }

  std::unique_ptr<Store> store_ = *Store::open(":memory:");
  static constexpr std::uint64_t most_bytes = 4096;
  PlanVersions versions_{*store_, most_bytes};
};

TEST_F(PlanVersionsTest, KeepsEachVersionAsItWasApplied) {
  EXPECT_FALSE(versions_.newest()->has_value());
  keep(1);
  KeptPlan second = plan(2, R"({"version":1,"reserved":[]})");
  second.version.restores = 1;
  ASSERT_TRUE(versions_.keep(second));
  const auto newest = versions_.newest();
  ASSERT_TRUE(newest && *newest);
  EXPECT_EQ((*newest)->version, second.version);
  EXPECT_EQ((*newest)->document, second.document);
  EXPECT_EQ((*versions_.version(1))->version, plan(1).version);
  EXPECT_FALSE(versions_.version(3)->has_value());
}

TEST_F(PlanVersionsTest, TellsTheNewestFirstPageByPage) {
  for (std::uint64_t number = 1; number <= 5; ++number) keep(number);
  EXPECT_THAT(numbers(10, 2), ElementsAre(5, 4));
  EXPECT_THAT(numbers(4, 2), ElementsAre(3, 2));
  EXPECT_THAT(numbers(2, 2), ElementsAre(1));
}

TEST_F(PlanVersionsTest, TakesNoNumberTwice) {
  keep(1);
  EXPECT_FALSE(versions_.keep(plan(1, "another")));
  EXPECT_EQ((*versions_.newest())->document, "{}");
}

TEST_F(PlanVersionsTest, ForgetsTheOldestOfTooMany) {
  for (std::uint64_t number = 1; number <= directory::most_plan_versions + 2; ++number) {
    keep(number);
  }
  const auto all = numbers();
  EXPECT_EQ(all.size(), directory::most_plan_versions);
  EXPECT_EQ(all.back(), 3U);
}

TEST_F(PlanVersionsTest, ForgetsTheOldestOfTooMuchButNeverThatInForce) {
  const std::string big(most_bytes / 4, ' ');
  for (std::uint64_t number = 1; number <= 6; ++number) keep(number, big);
  EXPECT_THAT(numbers(), ElementsAre(6, 5, 4, 3, 2)) << "four beside the one in force";
}

}  // namespace
}  // namespace dering::store
