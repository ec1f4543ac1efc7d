// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace dering::bench {

/// The control row of calls between two codecs: so many calls between Opus and PCMU take turns on
/// the subject's CPU, which does nothing but decode and encode. Gives how many it would bear.
double bare_codecs(std::size_t calls, std::chrono::nanoseconds duration);

}  // namespace dering::bench
