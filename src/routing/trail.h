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

  void note(Step::Why why, std::string_view subject = {}, std::string_view detail = {}) {
    steps.push_back({why, std::string(subject), std::string(detail)});
  }
  Decision lead(Destination destination) {
    const std::string_view because =
        steps.empty() ? std::string_view() : reason_of(steps.back().why);
    return {std::move(destination), because, std::move(steps)};
  }
  Decision end(End::Why why) { return lead(End{why}); }
};

}  // namespace dering::routing
