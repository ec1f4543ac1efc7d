// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>

#include "call/feature.h"
#include "call/numbers.h"
#include "call/outcome.h"
#include "feature/house.h"
#include "routing/destination.h"

namespace dering::feature {

/// The feature that carries a call to a destination, or how the call ends without one.
std::expected<std::unique_ptr<call::Feature>, call::Outcome> feature_for(
    const routing::Destination& destination, const House& house, const call::Numbers& numbers);

}  // namespace dering::feature
