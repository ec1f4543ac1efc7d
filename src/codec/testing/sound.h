// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "codec/sound.h"

namespace dering::codec::testing {

using Sound = std::vector<std::int16_t>;

/// A sine of so many dB below the greatest one.
inline Sound sine(Rate rate, double frequency, double below, std::size_t samples) {
  Sound sound(samples);
  const double size = 32'767 * std::pow(10, -below / 20);
  for (std::size_t i = 0; i < samples; ++i) {
    const double turns = frequency * static_cast<double>(i) / hertz(rate);
    sound[i] = static_cast<std::int16_t>(std::lrint(size * std::sin(2 * std::numbers::pi * turns)));
  }
  return sound;
}

/// A vowel: the harmonics of 120 Hz, strongest around 500 and 1,500 Hz, swelling three times a
/// second.
inline Sound vowel(Rate rate, std::size_t samples) {
  std::array<double, 28> sizes{};
  for (std::size_t harmonic = 1; harmonic <= sizes.size(); ++harmonic) {
    const double f = static_cast<double>(harmonic) * 120;
    sizes[harmonic - 1] = std::exp(-std::pow((f - 500) / 200, 2)) +
                          0.4 * std::exp(-std::pow((f - 1'500) / 300, 2)) + 0.01;
  }
  Sound sound(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / hertz(rate);
    double sum = 0;
    for (std::size_t harmonic = 1; harmonic <= sizes.size(); ++harmonic) {
      const auto n = static_cast<double>(harmonic);
      sum += sizes[harmonic - 1] * std::sin(2 * std::numbers::pi * n * 120 * t + n);
    }
    const double swell = 0.7 + 0.3 * std::sin(2 * std::numbers::pi * 3 * t);
    sound[i] = static_cast<std::int16_t>(std::lrint(2'500 * swell * sum));
  }
  return sound;
}

inline double mean_square(Samples sound) {
  double sum = 0;
  for (const std::int16_t sample : sound) sum += double{1} * sample * sample;
  return sound.empty() ? 0 : sum / static_cast<double>(sound.size());
}

/// In dB of a full sine: 0 is the loudest one, silence −120.
inline double level(Samples sound) {
  return 10 * std::log10(std::max(1e-12, mean_square(sound) / (32'767.0 * 32'767.0 / 2)));
}

/// The power at one frequency (Goertzel), as the mean square of its sine.
inline double power_at(Samples sound, Rate rate, double frequency) {
  const double turn = 2 * std::numbers::pi * frequency / hertz(rate);
  double before = 0;
  double last = 0;
  for (const std::int16_t sample : sound) {
    const double now = sample + 2 * std::cos(turn) * last - before;
    before = last;
    last = now;
  }
  const double power = last * last + before * before - 2 * std::cos(turn) * last * before;
  const auto count = static_cast<double>(sound.size());
  return 2 * power / count / count;
}

/// How much of all power is at this frequency, in dB: 0 is all of it.
inline double purity(Samples sound, Rate rate, double frequency) {
  return 10 * std::log10(std::max(
                  1e-12, power_at(sound, rate, frequency) / std::max(1e-9, mean_square(sound))));
}

/// The quietest 10 ms against the whole, in dB: how deep the deepest gap is.
inline double deepest_gap(Samples sound, Rate rate) {
  const std::size_t window = hertz(rate) / 100;
  double least = mean_square(sound);
  for (std::size_t at = 0; at + window <= sound.size(); at += window / 2) {
    least = std::min(least, mean_square(sound.subspan(at, window)));
  }
  return 10 * std::log10(std::max(1e-12, least / std::max(1e-9, mean_square(sound))));
}

/// The greatest step from one sample to the next: a click, where it is greater than what the sound
/// has.
inline int greatest_step(Samples sound) {
  int greatest = 0;
  for (std::size_t i = 1; i < sound.size(); ++i)
    greatest = std::max(greatest, std::abs(sound[i] - sound[i - 1]));
  return greatest;
}

}  // namespace dering::codec::testing
