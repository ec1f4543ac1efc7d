// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace dering::testing {

/// How often this program has called operator new, on any thread; stays zero under ThreadSanitizer.
/// A program that asks this counts from its start; no other is changed.
std::uint64_t allocations();

}  // namespace dering::testing
