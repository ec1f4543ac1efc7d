// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace dering::testing {

/// How often this program has called operator new, on any thread; stays zero under ThreadSanitizer.
/// It is linked to a test program by name, and is in no library: an operator new that lies in one
/// is what the linker gives to everybody.
std::uint64_t allocations();

}  // namespace dering::testing
