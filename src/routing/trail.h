// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing/route.h"

namespace dering::routing {

/// What one decision is made from, and what was found so far.
struct Trail {
  const Request& request;
  const Plan& plan;
  const directory::Directory& directory;
  std::vector<Step> steps{};
  std::string_view because{};  ///< of the last one

  void note(Step::Why why, std::string_view subject = {}, std::string_view detail = {}) {
    because = reason_of(why);
    if (request.wants_steps) steps.push_back({why, std::string(subject), std::string(detail)});
  }
  Decision lead(Destination destination) {
    return {std::move(destination), because, std::move(steps)};
  }
  Decision end(End::Why why) { return lead(End{why}); }
};

}  // namespace dering::routing
