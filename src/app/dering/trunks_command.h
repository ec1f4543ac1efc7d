// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// `dering trunks`: how the trunks are.
void add_trunks_command(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
