// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "routing/trail.h"

namespace dering::routing {

/// Where a call goes that came in by a trunk: what the narrowest inbound route names, by its
/// schedule at that moment.
Decision inbound(Trail& trail, std::chrono::sys_seconds at);

/// Where a rule of the plan sends the call.
Decision lead_to(const Target& target, Trail& trail);

/// The ring group with those of its members that may be called.
Decision lead_to(const RingGroup& group, Trail& trail);

}  // namespace dering::routing
