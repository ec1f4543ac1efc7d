// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/dering/config.h"

namespace dering::app {

/// Adds `dering account add|password|device|devices|codecs|role|enable|disable|sign-out|list`. Each
/// verb sets `chosen` to what is to be done after parsing; that gives the exit code.
void add_account_command(CLI::App& app, Config& config, std::function<int()>& chosen);

}  // namespace dering::app
