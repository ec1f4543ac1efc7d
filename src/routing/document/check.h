// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string_view>
#include <vector>

#include "directory/directory.h"
#include "routing/document/fault.h"
#include "routing/plan/plan.h"

namespace dering::routing {

using PlanSnapshot = std::shared_ptr<const Plan>;

/// The plan that a document or a draft describes, or every fault of it (up to Faults::most): all or
/// nothing. Pure, any thread. `text`: JSON by docs/plan.schema.json.
std::expected<PlanSnapshot, std::vector<Fault>> check(std::string_view text,
                                                      const directory::Directory& directory,
                                                      const Codes& codes = {});
std::expected<PlanSnapshot, std::vector<Fault>> check(const Draft& draft,
                                                      const directory::Directory& directory,
                                                      const Codes& codes = {});

}  // namespace dering::routing
