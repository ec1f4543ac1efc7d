// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/stream/feed.h"

namespace dering::engine {

/// Sound that is kept whole, in one channel. Shared by all who play it; never changed.
struct Recording {
  static constexpr codec::Rate rate = codec::Rate::wideband;

  std::vector<std::int16_t> samples;
};

using Recordings = std::vector<std::shared_ptr<const Recording>>;

/// Plays recordings one after the other, at least one. With `loop` it never ends.
std::unique_ptr<Feed> make_recording_feed(Recordings recordings, bool loop);

/// The built-in music on hold: made here and free of rights, with a mean of 24 dB below full scale.
/// It begins where it ends.
Recording make_tune();

}  // namespace dering::engine
