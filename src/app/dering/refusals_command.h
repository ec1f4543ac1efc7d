// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering refusals`: who was not let in, and why. Sets `chosen` to what is to be done after
/// parsing; that gives the exit code.
void add_refusals_command(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
