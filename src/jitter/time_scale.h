// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "codec/sound.h"

namespace dering::jitter {

/// Makes sound a little shorter or longer without another pitch: one period of the voice is left
/// out or said twice, crossed over. Where the sound does not repeat itself it is left as it is, for
/// a while. One thread, no allocation.
class TimeScale {
 public:
  explicit TimeScale(codec::Rate rate) : rate_(rate) {}

  /// Both change the first `size` samples of `sound` and give their new count; lengthen needs room
  /// for one period more (most_period).
  std::size_t shorten(codec::MutableSamples sound, std::size_t size);
  std::size_t lengthen(codec::MutableSamples sound, std::size_t size);

  static constexpr std::size_t most_period =
      codec::samples_in(std::chrono::milliseconds(15), codec::Rate::fullband);

 private:
  std::size_t find_period(codec::Samples sound);

  codec::Rate rate_;
  unsigned refused_ = 0;  ///< how often there was none, since there was one
};

}  // namespace dering::jitter
