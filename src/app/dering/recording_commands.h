// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering record FILE`, which writes down what the running switchboard takes, and `dering
/// replay FILE`, which plays it to a switchboard of this version. Sets `chosen` to what is to be
/// done after parsing; that gives the exit code.
void add_recording_commands(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
