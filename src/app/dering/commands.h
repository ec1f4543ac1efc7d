// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "app/dering/config.h"

// The verbs of the command line that ask the running dering. Each gives the exit code.
namespace dering::app {

enum class StatusForm : std::uint8_t { lines, json, counters };
int show_status(const Config& config, StatusForm form);
int start_sync(const Config& config, bool is_forced);
/// Reads directory and certificates again.
int reload(const Config& config);

}  // namespace dering::app
