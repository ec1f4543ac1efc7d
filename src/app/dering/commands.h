// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/dering/config.h"

// The verbs of the command line that ask the running dering. Each gives the exit code.
namespace dering::app {

int show_status(const Config& config, bool as_json);
int start_sync(const Config& config, bool is_forced);
/// Reads directory and certificates again.
int reload(const Config& config);

}  // namespace dering::app
