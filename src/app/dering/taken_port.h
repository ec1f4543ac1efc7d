// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "app/dering/config.h"

namespace dering::app {

/// Asked before anything is written to disk: one sentence if an address and
/// port of the configuration cannot be had, with who holds it, and with the
/// option and the setting that choose another.
std::optional<std::string> taken_port(const Config& config);

}  // namespace dering::app
