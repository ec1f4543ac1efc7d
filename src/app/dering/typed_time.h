// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.h"

namespace dering::app {

/// "90s", "15m", "2h" or "3d" before now; empty: the beginning of time. Nothing if it is none of
/// these.
std::optional<UnixSeconds> moment_before(std::string_view text, UnixSeconds now);

}  // namespace dering::app
