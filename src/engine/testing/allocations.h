// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace dering::engine::testing {

/// How often this program has called operator new.
std::uint64_t allocations();

}  // namespace dering::engine::testing
