// SPDX-License-Identifier: Apache-2.0
#include "feature/parking_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/testing/exchange.h"

namespace dering::feature {
namespace {

using call::LegId;
using call::Party;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ParkingBoardTest : public ::testing::Test {
 protected:
  std::optional<ParkingBoard::Place> take(std::uint64_t leg, const char* who = "1002") {
    return board_.take({LegId{leg}, "1001", Party{who, "Budi"}}, nobody_);
  }
  testing::Phones nobody_;
  ParkingBoard board_{{.places = 2}};
};

TEST_F(ParkingBoardTest, APlaceIsFreeWhenWhoHeldItIsGone) {
  {
    const auto first = take(1);
    const auto second = take(2);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->name(), "71");
    EXPECT_EQ(second->name(), "72");
    EXPECT_FALSE(take(3));
    EXPECT_EQ(board_.parked_at("72"), LegId{2});
  }
  EXPECT_EQ(board_.size(), 0U);
  EXPECT_FALSE(board_.parked_at("72"));
}

TEST_F(ParkingBoardTest, APlaceThatWasPassedOnIsFreedByWhoHasIt) {
  auto kept = board_.take({LegId{1}, "1001", {}}, nobody_);
  EXPECT_FALSE(board_.parked_at("71"));
  EXPECT_FALSE(board_.fill(LegId{9}, {LegId{2}, "1001", Party{"1002", {}}}));
  auto filled = board_.fill(LegId{1}, {LegId{2}, "1001", Party{"1002", {}}});
  ASSERT_TRUE(filled);
  kept.reset();
  EXPECT_EQ(board_.parked_at("71"), LegId{2});
  auto moved = std::move(*filled);
  filled.reset();
  EXPECT_EQ(board_.parked_at("71"), LegId{2});
  EXPECT_FALSE(board_.fill(LegId{2}, {LegId{3}, "1001", Party{"1003", {}}})) << "it is not kept";
}

TEST_F(ParkingBoardTest, TellsWhoseParkedCallsChanged) {
  EXPECT_THAT(board_.take_changes(), IsEmpty());
  auto place = take(1);
  EXPECT_THAT(board_.take_changes(), ElementsAre("1001"));
  EXPECT_THAT(board_.take_changes(), IsEmpty());
  EXPECT_THAT(board_.parked_by("1001").calls,
              ElementsAre(directory::ParkedCall{"71", "1002", "Budi"}));
  EXPECT_THAT(board_.parked_by("1002").calls, IsEmpty());
  place.reset();
  EXPECT_THAT(board_.take_changes(), ElementsAre("1001"));
  EXPECT_THAT(board_.parked_by("1001").calls, IsEmpty());
}

TEST_F(ParkingBoardTest, KnowsNoOtherNumbers) {
  const auto place = take(1);
  for (const char* other : {"70", "73", "071", "", "71 ", "-71", "65607"}) {
    EXPECT_FALSE(board_.parked_at(other)) << other;
  }
}

}  // namespace
}  // namespace dering::feature
