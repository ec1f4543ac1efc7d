// SPDX-License-Identifier: Apache-2.0
#include "trunk/liveness.h"

#include <gtest/gtest.h>

namespace dering::trunk {
namespace {

using namespace std::chrono_literals;
using State = Liveness::State;

constexpr Instant start = Instant{} + 1h;

TEST(Liveness, IsAskedAtOnceAndThenByThePause) {
  Liveness liveness(30s);
  EXPECT_EQ(liveness.state(), State::unknown);
  EXPECT_TRUE(liveness.is_due(start));
  liveness.on_asked(start);
  EXPECT_FALSE(liveness.is_due(start + 1h)) << "one probe at a time";
  EXPECT_FALSE(liveness.next_deadline());
  liveness.on_probe_answered(404, start + 20ms);
  EXPECT_EQ(liveness.state(), State::up) << "whatever it answers, it lives";
  EXPECT_EQ(liveness.round_trip(), 20ms);
  EXPECT_EQ(liveness.next_deadline(), start + 20ms + 30s);
}

TEST(Liveness, OneLostProbeDropsNothingAndThreeInARowDo) {
  Liveness liveness(30s);
  Instant now = start;
  liveness.on_request_answered(200, now);
  const auto probe = [&](bool is_answered) {
    now = *liveness.next_deadline();
    liveness.on_asked(now);
    is_answered ? liveness.on_probe_answered(200, now) : liveness.on_probe_silent(now);
  };
  for (int i = 0; i < 10; ++i) {
    probe(false);
    EXPECT_EQ(*liveness.next_deadline() - now, 5s) << "asked again soon";
    probe(false);
    EXPECT_EQ(liveness.state(), State::up);
    probe(true);
  }
  probe(false);
  probe(false);
  probe(false);
  EXPECT_EQ(liveness.state(), State::down);
  EXPECT_EQ(liveness.since(), now);
  const Instant died = now;
  probe(false);
  EXPECT_EQ(liveness.since(), died);
  probe(true);
  EXPECT_EQ(liveness.state(), State::up);
  EXPECT_EQ(liveness.since(), now);
}

TEST(Liveness, WhatCallsTellCountsToo) {
  Liveness liveness(30s);
  liveness.on_request_silent(start);
  liveness.on_request_answered(503, start);
  EXPECT_EQ(liveness.state(), State::unknown);
  liveness.on_request_silent(start);
  EXPECT_EQ(liveness.state(), State::down);
  liveness.on_request_answered(486, start + 1s);
  EXPECT_EQ(liveness.state(), State::up);
  EXPECT_FALSE(liveness.round_trip()) << "only a probe is timed";
}

}  // namespace
}  // namespace dering::trunk
