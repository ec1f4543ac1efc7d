// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering plan`: `check`, `export` and `diff` work on files and on the directory in the data
/// folder, whether or not a dering runs; `show`, `apply`, `undo` and `history` ask the running one.
/// Sets `chosen` to what is to be done after parsing; that gives the exit code (PlanExit).
void add_plan_commands(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
