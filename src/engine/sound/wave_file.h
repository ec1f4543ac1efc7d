// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "base/bytes.h"
#include "engine/sound/recording.h"

namespace dering::engine {

/// Reads a WAV file: 16 bits linear, A-law or µ-law, one or two channels, 8,000 to 48,000 samples a
/// second, at most ten minutes. The error is one sentence. Whatever the bytes are, it takes no more
/// memory than their sound.
std::expected<Recording, std::string> read_wave_file(Bytes file);

}  // namespace dering::engine
