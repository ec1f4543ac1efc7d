// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// `dering forward`: shows where the calls of an extension go, and changes it.
void add_forwarding_command(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
