// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/instant.h"
#include "call/feature.h"
#include "feature/house.h"
#include "feature/way_back.h"
#include "routing/destination.h"

namespace dering::feature {

/// Whom to call outside, and how.
struct OutsidePlan {
  routing::Outside to;
  House house;
  std::optional<Transferor> sent_by{};
};

/// A call that goes out by a trunk: the ways in their order, the servers of each in theirs. The
/// next one is tried where this one is away: 408, 5xx, a sign-in that is not taken, silence. What
/// it says of the called party (busy, declined, no such number) is the end: the next trunk would
/// ring them again, and cost again.
///
/// The caller is shown as the way says: with that number; with none at all where they hide; as the
/// trunk's own account where no number is known. The name goes out only beside the person's own
/// number: one that all share is everybody's.
inline constexpr Duration silence_of_a_server = std::chrono::seconds(5);  ///< without even a 100
std::unique_ptr<call::Feature> outside(OutsidePlan plan);

}  // namespace dering::feature
