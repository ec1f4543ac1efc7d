// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "codec/sound.h"

namespace dering::engine {

/// Sound that the engine has by itself: a tone, music, what was recorded. One thread; allocates
/// nothing for a frame.
class Feed {
 public:
  virtual ~Feed() = default;
  /// The next sound, at that rate, which may change from frame to frame. False if it had come to
  /// its end before the frame: then the frame is silence.
  virtual bool fill(codec::MutableSamples frame, codec::Rate rate) = 0;
};

}  // namespace dering::engine
