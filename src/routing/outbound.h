// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "routing/trail.h"

namespace dering::routing {

/// A number outside, for whoever dialled it or sent the call on: by pattern, permission class,
/// country, trunks. The trail says each; at its end stands why not.
Decision outbound(std::string_view dialled, Trail& trail);

/// The same for a rule of the plan, which names the permission class it calls with.
Decision outbound_by_rule(const Target& target, Trail& trail);

/// If it is an emergency number, however it was written.
std::optional<Decision> emergency(std::string_view dialled, Trail& trail);

}  // namespace dering::routing
