// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering route`, which says where a number would lead and why: by the plan of the running
/// house, by that of a data folder on which no dering runs, or by a file. Sets `chosen` to what is
/// to be done after parsing; that gives the exit code (PlanExit).
void add_route_command(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
