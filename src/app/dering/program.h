// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "app/dering/config.h"
#include "app/dering/data_directory.h"

namespace dering::app {

/// Runs the switchboard until SIGINT or SIGTERM. Gives one sentence if it could not start.
std::optional<std::string> run_program(const Config& config, Demo demo);

}  // namespace dering::app
