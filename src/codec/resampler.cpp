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

}  // namespace dering::codec
