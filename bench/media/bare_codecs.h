// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace dering::bench {

/// The control row of calls between two codecs: so many calls between Opus and PCMU, each with its
/// turn every 20 ms, on the subject's CPU, which does nothing but decode and encode and rests in
/// between for as long as the engine does: a processor that may rest computes slower afterwards.
/// Gives how many calls it would bear.
double bare_codecs(std::size_t calls, std::chrono::nanoseconds duration);

}  // namespace dering::bench
