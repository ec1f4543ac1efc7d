// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering sip-log` and `dering log-level`: what the running dering writes down. Each sets
/// `chosen` to what is to be done after parsing; that gives the exit code.
void add_logging_commands(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
