// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering registrations`: the phones that are registered. Sets `chosen` to what is to be done
/// after parsing; that gives the exit code.
void add_registrations_command(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
