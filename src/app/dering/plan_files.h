// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "app/dering/config.h"
#include "directory/directory.h"
#include "routing/document/check.h"

// What the commands about plans share.
namespace dering::app {

/// How `dering plan` and `dering route` end; 0: good.
struct PlanExit {
  static constexpr int failed = 1;    ///< something could not be done
  static constexpr int faulty = 2;    ///< the plan has faults
  static constexpr int ended = 3;     ///< the call would end
  static constexpr int conflict = 4;  ///< somebody else has changed the plan meanwhile
};

/// Says the sentence; PlanExit::failed.
int fail(const std::string& sentence);
/// Each with its place; `as_json`: as one line.
void tell(const std::vector<routing::Fault>& faults, bool as_json);
/// "9" and "12" are versions of the plan in force.
bool is_version(const std::string& name);

/// At most one byte more than a plan may have.
std::expected<std::string, std::string> text_in(const std::string& file);
/// The people of the data folder; nobody where there is none yet.
std::expected<directory::DirectorySnapshot, std::string> people_of(const Config& config);
/// The plan that the data folder keeps; the house's own codes where there is none yet.
std::expected<routing::PlanSnapshot, std::string> kept_plan(const Config& config);
/// The plan in a file, or the exit code after it was said what is wrong.
std::expected<routing::PlanSnapshot, int> plan_in(const std::string& file, const Config& config,
                                                  bool as_json);

}  // namespace dering::app
