// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering route`, which says where a number would lead by a plan and why, and `dering plan
/// check | export | diff`. All work on files and on the directory in the data folder, whether or
/// not a dering runs. Sets `chosen` to what is to be done after parsing; that gives the exit code:
/// 0 good, 1 could not be done, 2 the plan has faults, 3 the call would end.
void add_plan_commands(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
