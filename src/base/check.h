// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dering {

/// Prints where an invariant broke and aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace dering

/// States what must hold whatever the network sends. A failure is our bug: the process stops, in
/// release builds too, rather than go on in a state nobody designed.
#define DERING_CHECK(condition) \
  ((condition) ? void(0) : ::dering::check_failed(#condition, __FILE__, __LINE__))
