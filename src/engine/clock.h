// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

namespace dering::engine {

/// Monotonic time of this machine, for the engine's loops; its machines take time as an input.
Instant monotonic_now();

}  // namespace dering::engine
