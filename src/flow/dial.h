// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/instant.h"
#include "call/feature.h"
#include "call/leg.h"

namespace dering::flow {

/// Whom to ring, and for how long.
struct DialPlan {
  call::Party callee;
  std::vector<call::Contact> contacts;  ///< all phones that can be reached; may be empty
  Duration ring_time{};
};

/// One user calls another: all phones of the callee that share the caller's kind of media ring at
/// once, the first answer wins. Nobody answers in time: no_answer. All refuse: what the most
/// telling of them said. Somebody says no for the whole person (6xx): the others stop ringing.
std::unique_ptr<call::Feature> dial(DialPlan plan);

}  // namespace dering::flow
