// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "app/dering/config.h"
#include "routing/plan/plan.h"

// The plan of the running house, asked and changed over its admin socket. What gives an int says
// what came of it and gives the exit code (PlanExit).
namespace dering::app {

/// What the person typed about a change.
struct PlanChange {
  std::string comment;
  std::string on;  ///< version that they have seen; empty: the one in force now
  bool wants_json = false;
};

/// That version, or the one in force, on standard output; which it is on standard error.
int show_plan(const Config& config, const std::string& version);
int apply_plan(const Config& config, const std::string& file, const PlanChange& change);
/// `version`: empty for the one before.
int undo_plan(const Config& config, const std::string& version, const PlanChange& change);
int show_plan_history(const Config& config, unsigned limit, bool wants_json);
/// What is wrong with the plan in force, now that people have come and gone.
int check_plan_in_force(const Config& config, bool wants_json);

/// A version; empty: the plan in force.
std::expected<routing::PlanSnapshot, std::string> plan_of_house(const Config& config,
                                                                const std::string& version);
/// The number of the version before the one in force.
std::expected<std::string, std::string> version_before(const Config& config);

}  // namespace dering::app
