// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "codec/sound.h"

struct SpeexResamplerState_;

namespace dering::codec {

/// Sound of one rate as sound of another (speexdsp). Adds about 3 ms. Allocates when it is made and
/// never later. One thread, one stream: what came before is part of what comes next.
class Resampler {
 public:
  Resampler(Rate from, Rate to);

  Rate from() const { return from_; }
  Rate to() const { return to_; }

  /// How many samples become of so many, at most.
  std::size_t result_size(std::size_t samples) const;

  /// Resamples all of `in` into the front of `out`, which has room for result_size; the count of
  /// samples, which for whole milliseconds is exactly the same time.
  std::size_t process(Samples in, MutableSamples out);

 private:
  struct Free {
    void operator()(SpeexResamplerState_* state) const;
  };

  Rate from_;
  Rate to_;
  std::unique_ptr<SpeexResamplerState_, Free> state_;
};

/// A whole recording of any count of samples a second (8,000 to 192,000) at one of our rates,
/// without the delay of a stream.
std::vector<std::int16_t> resample_whole(std::vector<std::int16_t> sound, std::uint32_t from,
                                         Rate to);

}  // namespace dering::codec
