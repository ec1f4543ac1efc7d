// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/stream/feed.h"

namespace dering::engine {

/// A tone of the telephone network as one country's exchanges give it (ITU-T E.180): one or two
/// frequencies, in a cadence that goes round for ever.
struct ToneShape {
  double first = 0;   ///< Hz
  double second = 0;  ///< Hz; 0: there is one
  /// Milliseconds on, off, on, off; a tone without a pause has none.
  std::array<std::uint16_t, 4> cadence{};
};

/// Of the countries "id", "us" and "uk". Nothing for others, and for a tone that is none.
std::optional<ToneShape> tone_shape(media::v2::Tone::Name name, std::string_view country);

/// 16 dB below the loudest sine, at both frequencies together. Never ends.
std::unique_ptr<Feed> make_tone(const ToneShape& shape);

}  // namespace dering::engine
