// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <memory>

#include "base/instant.h"
#include "call/feature.h"
#include "call/numbers.h"
#include "call/outcome.h"
#include "feature/dial.h"
#include "routing/destination.h"

namespace dering::feature {

/// What holds for every feature of this house.
struct House {
  Ringing ringing;
};

/// The feature that carries a call to a destination, or how the call ends without one.
std::expected<std::unique_ptr<call::Feature>, call::Outcome> feature_for(
    const routing::Destination& destination, const House& house, const call::Numbers& numbers);

}  // namespace dering::feature
