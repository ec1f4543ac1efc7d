// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "directory/directory.h"
#include "routing/destination.h"
#include "routing/plan/plan.h"

namespace dering::routing {

/// Who asks for which number.
struct Request {
  std::string_view caller;       ///< extension; of a call that came in: number, or empty
  std::string_view dialled;      ///< as it was dialled, unescaped
  std::string_view forwarder{};  ///< extension of who sends the call on: their rights count
  std::string_view trunk{};      ///< by which the call came in; empty: from a phone of this house
  bool is_withheld = false;      ///< the caller wants the called party not to be told
  bool wants_steps = true;       ///< to be shown to somebody; a call needs none
};

/// Where a number leads for this caller at this moment. Pure: the same for the same arguments, and
/// so it can be asked without a call. Emergency numbers come first. What came in by a trunk reaches
/// what an inbound route names and nothing else.
Decision route(const Request& request, const Plan& plan, const directory::Directory& directory,
               std::chrono::sys_seconds at = {});

/// Where a rule of the plan sends a call: what follows when a ring group does not answer.
Decision follow(const Target& target, const Request& request, const Plan& plan,
                const directory::Directory& directory);

}  // namespace dering::routing
