// SPDX-License-Identifier: Apache-2.0
#include "codec/resampler.h"

#include <speex/speex_resampler.h>

#include "base/check.h"

namespace dering::codec {
namespace {

/// Flat to 3.4 kHz of narrowband within half a dB, and what it would fold is 60 dB down.
constexpr int quality = 5;

}  // namespace

void Resampler::Free::operator()(SpeexResamplerState_* state) const {
  speex_resampler_destroy(state);
}

Resampler::Resampler(Rate from, Rate to) : from_(from), to_(to) {
  int error = 0;
  state_.reset(speex_resampler_init(1, hertz(from), hertz(to), quality, &error));
  DERING_CHECK(state_ != nullptr);
}

std::size_t Resampler::result_size(std::size_t samples) const {
  return (samples * hertz(to_) + hertz(from_) - 1) / hertz(from_);
}

std::size_t Resampler::process(Samples in, MutableSamples out) {
  if (in.empty()) return 0;
  auto taken = static_cast<spx_uint32_t>(in.size());
  auto made = static_cast<spx_uint32_t>(out.size());
  speex_resampler_process_int(state_.get(), 0, in.data(), &taken, out.data(), &made);
  DERING_CHECK(taken == in.size());
  return made;
}

std::vector<std::int16_t> resample_whole(std::vector<std::int16_t> sound, std::uint32_t from,
                                         Rate to) {
  if (from == hertz(to) || sound.empty()) return sound;
  int error = 0;
  const std::unique_ptr<SpeexResamplerState_, void (*)(SpeexResamplerState_*)> state(
      speex_resampler_init(1, from, hertz(to), quality, &error),
      [](SpeexResamplerState_* its) { speex_resampler_destroy(its); });
  DERING_CHECK(state != nullptr);
  speex_resampler_skip_zeros(state.get());
  const std::size_t size = std::uint64_t{sound.size()} * hertz(to) / from;
  // What is still in the filter at the end is pushed out by silence.
  sound.resize(sound.size() +
               static_cast<std::size_t>(speex_resampler_get_input_latency(state.get())));
  std::vector<std::int16_t> result(size);
  auto taken = static_cast<spx_uint32_t>(sound.size());
  auto made = static_cast<spx_uint32_t>(result.size());
  speex_resampler_process_int(state.get(), 0, sound.data(), &taken, result.data(), &made);
  result.resize(made);
  return result;
}

}  // namespace dering::codec
