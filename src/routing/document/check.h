// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "directory/directory.h"
#include "routing/document/fault.h"
#include "routing/plan/plan.h"

namespace dering::routing {

/// The plan that a document or a draft describes, or every fault of it (up to Faults::most): all or
/// nothing. Pure, any thread. `text`: JSON by docs/plan.schema.json.
std::expected<PlanSnapshot, std::vector<Fault>> check(std::string_view text,
                                                      const directory::Directory& directory,
                                                      const Codes& codes = {});
std::expected<PlanSnapshot, std::vector<Fault>> check(const Draft& draft,
                                                      const directory::Directory& directory,
                                                      const Codes& codes = {});

/// A plan that was found good once, as it is now that people have come and gone: it is read and not
/// judged again, so that nobody who leaves takes the rest of it with them. route() passes over whom
/// a rule names and who is not there. A fault is what cannot be read.
std::expected<PlanSnapshot, std::vector<Fault>> found_good_before(std::string_view text,
                                                                  const Codes& codes = {});

}  // namespace dering::routing
