// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/instant.h"
#include "call/feature.h"
#include "call/leg.h"

namespace dering::feature {

/// Whom to ring, and for how long.
struct DialPlan {
  call::Party callee;
  std::vector<call::Contact> contacts;  ///< all phones that can be reached; may be empty
  Duration ring_time{};
};

/// One user calls another: all phones of the callee that share the caller's kind of media ring at
/// once, the first answer wins. Nobody answers in time: no_answer. All refuse: what the most
/// telling of them said. Somebody says no for the whole person (6xx): the others stop ringing. A
/// phone that registers meanwhile rings too; when the last page that rang is gone, it has
/// `reload_time` to be back, as a page that is loaded anew.
inline constexpr Duration reload_time = std::chrono::seconds(8);
/// How many phones one call rings in all, those that came later among them.
inline constexpr std::size_t most_phones_rung = 20;
std::unique_ptr<call::Feature> dial(DialPlan plan);

}  // namespace dering::feature
