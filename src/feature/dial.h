// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/instant.h"
#include "call/feature.h"
#include "call/party.h"

namespace dering::feature {

/// Whom to ring, for how long, and on how many phones at most.
struct DialPlan {
  call::Party callee;
  Duration ring_time{};
  std::size_t most_phones = 20;  ///< in all, those that came later among them
};

/// One user calls another: all phones of the callee ring at once, browsers and desk phones alike,
/// the first answer wins, and both talk. Nobody answers in time: no_answer. All refuse: what
/// the most telling of them said. Somebody says no for the whole person (6xx): the others stop
/// ringing. A phone that registers meanwhile rings too; when the last page that rang is gone, it
/// has `reload_time` to be back, as a page that is loaded anew. A phone that sends the caller on
/// (302) to another number of this house does so for its person: their phones ring in its place.
inline constexpr Duration reload_time = std::chrono::seconds(8);
/// How many people one call may be sent on to.
inline constexpr std::size_t most_redirections = 5;
std::unique_ptr<call::Feature> dial(DialPlan plan);

}  // namespace dering::feature
