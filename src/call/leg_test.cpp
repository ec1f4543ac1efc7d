// SPDX-License-Identifier: Apache-2.0
#include "call/leg.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace dering::call {
namespace {

template <class Key>
concept MovesLegs = requires(Leg& leg) { leg.move_to(CallId{1}, Key{}); };
template <class Call>
concept MovesLegsBare = requires(Leg& leg, Call call) { leg.move_to(call); };

/// Else the record of a call could miss a stay.
TEST(Leg, ChangesItsCallByTheCallEngineAlone) {
  EXPECT_FALSE(std::is_default_constructible_v<Leg::Moving>);
  EXPECT_FALSE(MovesLegs<Leg::Moving>);
  EXPECT_FALSE(MovesLegsBare<CallId>);
}

}  // namespace
}  // namespace dering::call
