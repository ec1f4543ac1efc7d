// SPDX-License-Identifier: Apache-2.0
#include "routing/document/plan_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "routing/document/write.h"
#include "routing/route.h"
#include "routing/testing/house.h"
#include "routing/words.h"

namespace dering::routing {
namespace {

using directory::KeptPlan;
using directory::PlanVersion;
using directory::Stored;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What the database does, in memory; src/store/plan_versions_test.cpp looks at that itself.
class Shelf final : public directory::PlanVersions {
 public:
  Stored<std::optional<KeptPlan>> newest() override {
    return all.empty() ? std::nullopt : std::optional(all.back());
  }
  Stored<std::optional<KeptPlan>> version(std::uint64_t number) override {
    const auto at =
        std::ranges::find(all, number, [](const auto& one) { return one.version.number; });
    return at == all.end() ? std::nullopt : std::optional(*at);
  }
  Stored<std::vector<PlanVersion>> before(std::uint64_t number, std::uint32_t limit) override {
    std::vector<PlanVersion> found;
    for (auto at = all.rbegin(); at != all.rend() && found.size() < limit; ++at) {
      if (at->version.number < number) found.push_back(at->version);
    }
    return found;
  }
  Stored<void> keep(const KeptPlan& plan) override {
    if (is_full) return std::unexpected("the disk is full");
    all.push_back(plan);
    return {};
  }

  std::vector<KeptPlan> all;
  bool is_full = false;
};

class PlanBookTest : public ::testing::Test {
 protected:
  /// The example's mobile numbers go out by the trunk of that name.
  static std::string plan(const std::string& name) {
    Draft draft = testing::example().draft();
    draft.outbound.front().name = name;
    return document_of(draft);
  }
  std::string in_force() const { return book_.in_force()->draft().outbound.front().name; }
  std::uint64_t apply(const std::string& name) {
    const auto applied = book_.apply(plan(name), {"siti", "why " + name, 7}, testing::people());
    EXPECT_TRUE(applied) << testing::words_of(applied.error().faults) << applied.error().sentence;
    return applied ? applied->version.number : 0;
  }
  PlanBook::Outcome undo(std::optional<std::uint64_t> number = std::nullopt) {
    return book_.restore(number, {"budi", "back", 8}, testing::people());
  }

  Shelf shelf_;
  std::vector<std::string> told_;
  PlanBook book_{shelf_, [this](const PlanSnapshot& now) {
                   const auto& outbound = now->draft().outbound;
                   told_.push_back(outbound.empty() ? "none" : outbound.front().name);
                 }};
};

TEST_F(PlanBookTest, NumbersWhatIsAppliedAndKeepsWhoAndWhy) {
  EXPECT_EQ(book_.version().number, 0U);
  EXPECT_EQ(apply("first"), 1U);
  EXPECT_EQ(apply("second"), 2U);
  EXPECT_EQ(book_.version(), (PlanVersion{2, 7, "siti", "why second", 0}));
  EXPECT_EQ(in_force(), "second");
  EXPECT_THAT(told_, ElementsAre("first", "second"));
}

TEST_F(PlanBookTest, LeavesWhatIsInForceAloneWhereAPlanHasFaults) {
  apply("first");
  const auto refused = book_.apply(R"({"version":1,"menus":[]})", {}, testing::people());
  ASSERT_FALSE(refused);
  ASSERT_FALSE(refused.error().faults.empty());
  EXPECT_EQ(refused.error().faults.front().code, Fault::Code::not_yet);
  EXPECT_EQ(in_force(), "first");
  EXPECT_THAT(shelf_.all, SizeIs(1));
  EXPECT_THAT(told_, SizeIs(1));
}

TEST_F(PlanBookTest, AppliesNothingThatItCannotKeep) {
  apply("first");
  shelf_.is_full = true;
  const auto refused = book_.apply(plan("second"), {}, testing::people());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().sentence, "the disk is full");
  EXPECT_EQ(in_force(), "first");
}

TEST_F(PlanBookTest, MakesNoVersionOfWhatIsInForceAlready) {
  apply("first");
  const auto again = book_.apply(plan("first"), {}, testing::people());
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->version.number, 1U);
  EXPECT_THAT(shelf_.all, SizeIs(1));
}

TEST_F(PlanBookTest, GoesBackFurtherEachTime) {
  for (const char* name : {"first", "second", "third"}) apply(name);
  EXPECT_EQ(undo()->version.number, 4U);
  EXPECT_EQ(in_force(), "second");
  EXPECT_EQ(undo()->version.restores, 1U);
  EXPECT_EQ(in_force(), "first");
  EXPECT_EQ(undo().error().sentence, "There is no older version.");
  EXPECT_EQ(undo(3)->version.number, 6U);
  EXPECT_EQ(in_force(), "third");
  EXPECT_EQ(undo(99).error().sentence, "There is no version 99.");
}

TEST_F(PlanBookTest, PassesOverWhoHasLeftWhenAnOlderPlanIsAppliedAgain) {
  apply("first");
  apply("second");
  const directory::Directory nobody;
  ASSERT_FALSE(book_.apply(plan("first"), {}, nobody)) << "a new plan names nobody who is not here";
  const auto back = book_.restore(1, {}, nobody);
  ASSERT_TRUE(back) << testing::words_of(back.error().faults);
  EXPECT_FALSE(back->passed_over.empty());
  EXPECT_EQ(in_force(), "first");
}

TEST_F(PlanBookTest, AppliesNoOlderPlanWhoseNumbersSomebodyHasNow) {
  apply("first");
  apply("second");
  const std::string taken = book_.in_force()->draft().extensions.front().number;
  const directory::Directory newcomer({{directory::UserId{9}, {}, "s", "x", "New", "", taken}}, {});
  const auto refused = book_.restore(1, {}, newcomer);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(std::ranges::any_of(refused.error().faults, [](const Fault& fault) {
    return fault.code == Fault::Code::taken;
  })) << testing::words_of(refused.error().faults);
  EXPECT_EQ(in_force(), "second");
}

/// A house must not come up without emergency numbers because somebody has left.
TEST_F(PlanBookTest, StartsWithTheNewestPlanThoughPeopleHaveLeft) {
  apply("first");
  PlanBook next(shelf_, {});
  const auto passed_over = next.read();
  ASSERT_TRUE(passed_over);
  EXPECT_THAT(*passed_over, IsEmpty());
  const directory::Directory nobody;
  EXPECT_FALSE(next.faults(nobody).empty());
  EXPECT_THAT(words_of(route({"1001", "112"}, *next.in_force(), nobody).destination),
              HasSubstr("emergency"));
  EXPECT_EQ(next.version().number, 1U);
}

TEST_F(PlanBookTest, StartsWithAnOlderPlanWhereTheNewestCannotBeRead) {
  apply("first");
  shelf_.all.push_back({{.number = 2}, R"({"version":9})"});
  PlanBook next(shelf_, {});
  const auto passed_over = next.read();
  ASSERT_TRUE(passed_over);
  ASSERT_THAT(*passed_over, SizeIs(1));
  EXPECT_THAT(passed_over->front(), HasSubstr("version 2"));
  EXPECT_EQ(next.version().number, 1U);
  EXPECT_EQ(next.apply(plan("third"), {}, testing::people())->version.number, 3U);
}

TEST_F(PlanBookTest, TakesPlansApartThatNobodyElseHolds) {
  apply("first");
  const std::weak_ptr<const Plan> first = book_.in_force();
  PlanSnapshot held = book_.in_force();
  apply("second");
  book_.bury_retired();
  EXPECT_FALSE(first.expired());
  held.reset();
  EXPECT_FALSE(first.expired()) << "its last holder has no time for it";
  book_.bury_retired();
  EXPECT_TRUE(first.expired());
}

}  // namespace
}  // namespace dering::routing
