// SPDX-License-Identifier: Apache-2.0
#include "codec/comfort_noise.h"

#include <algorithm>
#include <cmath>

namespace dering::codec {
namespace {

constexpr double overload = 32'768;
constexpr int quietest = 127;
/// Whoever tells of louder silence wants to hurt somebody's ears.
constexpr int loudest = 30;

}  // namespace

void ComfortNoise::on_payload(Bytes payload) {
  if (payload.empty()) return;
  const int below_overload = std::max(loudest, payload[0] & 0x7F);
  // Evenly spread noise has the power of a third of its greatest sample's.
  const double level = overload * std::pow(10.0, -below_overload / 20.0) * std::sqrt(3.0);
  level_ = below_overload == quietest ? 0 : static_cast<std::int32_t>(std::lround(level));
}

void ComfortNoise::fill(MutableSamples sound) {
  for (std::int16_t& sample : sound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    const auto random = static_cast<std::int16_t>(state_ >> 16);
    sample = static_cast<std::int16_t>(random * level_ / 32'768);
  }
}

std::uint8_t noise_level(Samples sound) {
  double energy = 0;
  for (const std::int16_t sample : sound) energy += double{1} * sample * sample;
  if (energy == 0) return quietest;
  const double below =
      -10 * std::log10(energy / static_cast<double>(sound.size()) / overload / overload);
  return static_cast<std::uint8_t>(std::clamp(static_cast<int>(std::lround(below)), 0, quietest));
}

}  // namespace dering::codec
