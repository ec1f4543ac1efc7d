// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "call/leg.h"
#include "call/numbers.h"

namespace dering::feature {

/// Whom a phone sends its callers to: the first address in the Contact of its 3xx that is a number
/// of this house (RFC 3261 §8.1.3.4). Nothing if it did not, or to nobody here: who is called
/// decides with their own rights, and those do not reach the outside.
std::optional<call::Party> redirection_of(const call::Leg& leg, const call::Numbers& numbers);

}  // namespace dering::feature
