// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "engine/sound/wave_file.h"

/// Input: a WAV file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto recording = dering::engine::read_wave_file({bytes, size});
  // From 8,000 to 16,000 samples a second, and one byte may be one sample.
  if (recording && recording->samples.size() > 2 * size + 1) std::abort();
  return 0;
}
