// SPDX-License-Identifier: Apache-2.0
#include "base/log_gate.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

using namespace std::chrono_literals;

TEST(LogGate, G5OneLineOfAKindPassesEachSecondAndTellsHowManyDidNot) {
  LogGate gate;
  Instant now = Instant{} + 1h;
  EXPECT_EQ(gate.pass(now), "");
  for (int i = 0; i < 999; ++i) EXPECT_EQ(gate.pass(now + 1ms * i), std::nullopt);
  EXPECT_EQ(gate.pass(now + 1s), " (and 999 more like it)");
  EXPECT_EQ(gate.pass(now + 2s), "");
}

TEST(LogGate, AClockThatWasSetBackSilencesNothing) {
  LogGate gate;
  const Instant now = Instant{} + 1h;
  EXPECT_EQ(gate.pass(now), "");
  EXPECT_EQ(gate.pass(now - 30min), "");
}

}  // namespace
}  // namespace dering
