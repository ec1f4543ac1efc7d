// SPDX-License-Identifier: Apache-2.0
//
// Each with a fault planted: what a failing world is good for.
#include "sim/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"

namespace dering::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The first world that fails with that fault planted.
Failing first_failing(Plant plant) {
  log::set_level(log::Level::error);
  Order order{.plant = plant};
  for (std::uint64_t seed = 1;; ++seed) {
    World world(seed, order);
    world.run();
    if (!world.faults().empty()) return {seed, order, world.faults().front()};
  }
}

TEST(Shrinking, FindsASmallWorldWithTheSameKindOfFaultAndTheCommandLineThatReplaysIt) {
  const Failing failing = first_failing(Plant::lost_bye);
  const Failing smallest = shrunk(failing);
  const Knobs knobs = knobs_of(smallest.seed, smallest.order);
  EXPECT_EQ(knobs.users, 2u);
  EXPECT_EQ(knobs.phones, 1u);
  EXPECT_EQ(knobs.sign_outs + knobs.engine_death_percent + knobs.loss_percent, 0u);
  EXPECT_LT(knobs.acting_seconds, 60u);

  const std::string line = command_line(smallest);
  EXPECT_THAT(line, StartsWith("--seed " + std::to_string(smallest.seed) + " --set users=2,"));
  EXPECT_THAT(line, HasSubstr(" --plant lost-bye"));
  Order replayed{.plant = Plant::lost_bye};
  const std::size_t at = line.find("--set ") + 6;
  ASSERT_TRUE(set_knobs(line.substr(at, line.find(' ', at) - at), replayed));
  World world(smallest.seed, replayed);
  world.run();
  ASSERT_FALSE(world.faults().empty());
  EXPECT_EQ(world.faults().front(), smallest.fault);
}

TEST(Shrinking, TheSameFailureShrinksToTheSameWorld) {
  const Failing failing = first_failing(Plant::leaked_bridge);
  EXPECT_EQ(command_line(shrunk(failing)), command_line(shrunk(failing)));
}

TEST(Shrinking, KnobsAreReadStrictly) {
  Order order;
  EXPECT_TRUE(set_knobs("users=4,phones=2,users=3", order));
  EXPECT_EQ(knobs_of(1, order).users, 3u);
  for (const char* wrong : {"users=1", "users=", "users", "colour=3", "users=2,,", "phones=-1"}) {
    EXPECT_FALSE(set_knobs(wrong, order)) << wrong;
  }
}

TEST(Ladder, ShowsWhoSaidWhatToWhomUpToTheFault) {
  Failing failing = first_failing(Plant::lost_bye);
  failing.order.has_ladder = true;
  World world(failing.seed, failing.order);
  world.run();
  const std::string text = world.ladder().text();
  EXPECT_THAT(text, HasSubstr("INVITE sip:"));
  EXPECT_THAT(text, HasSubstr("200 OK"));
  EXPECT_THAT(text, HasSubstr("== FAULT " + failing.fault));
}

}  // namespace
}  // namespace dering::sim
