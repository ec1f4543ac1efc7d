// SPDX-License-Identifier: Apache-2.0
//
// The same tune as a held page plays by itself (web/phone/src/sound/tune.ts): five tones without a
// half step, slow, so that nobody tires of it, over four basses.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

#include "engine/sound/recording.h"

namespace dering::engine {
namespace {

constexpr double beat_seconds = 0.75;
constexpr std::size_t beats = 32;
constexpr double level = 24;  ///< dB of the mean (RMS) below full scale

/// G major without its half steps, from G3; the melody counts on it, a dot is a rest.
constexpr std::array scale{196.0, 220.0, 246.94, 293.66, 329.63, 392.0, 440.0, 493.88, 587.33};
constexpr std::string_view melody = "3.5.64.32.4.53..3.5.68.76.5.43..";

struct Note {
  double at = 0;  ///< seconds
  double pitch = 0;
  double level = 1;
  double decay = 0;  ///< seconds until a third of it is left
};
constexpr std::array basses{Note{0, 98, 0.8, 2.6}, Note{8 * beat_seconds, 82.41, 0.8, 2.6},
                            Note{16 * beat_seconds, 98, 0.8, 2.6},
                            Note{24 * beat_seconds, 73.42, 0.8, 2.6}};

/// A note that still sounds at the end of the tune goes on at its beginning.
void add(const Note& note, std::vector<double>& samples) {
  constexpr double rate = codec::hertz(Recording::rate);
  const auto start = static_cast<std::size_t>(note.at * rate);
  const auto length = std::min(samples.size(), static_cast<std::size_t>(note.decay * 6 * rate));
  for (std::size_t i = 0; i < length; ++i) {
    const double age = static_cast<double>(i) / rate;
    const double turn = 2 * std::numbers::pi * note.pitch * age;
    const double wave = std::sin(turn) + 0.25 * std::sin(2 * turn) + 0.08 * std::sin(3 * turn);
    const double swell = std::min(1.0, age / 0.03) * std::exp(-age / note.decay);
    samples[(start + i) % samples.size()] += note.level * swell * wave;
  }
}

}  // namespace

Recording make_tune() {
  std::vector<double> sum(
      static_cast<std::size_t>(beats * beat_seconds * codec::hertz(Recording::rate)));
  for (std::size_t beat = 0; beat < melody.size(); ++beat) {
    if (melody[beat] == '.') continue;
    add({.at = static_cast<double>(beat) * beat_seconds,
         .pitch = scale[static_cast<std::size_t>(melody[beat] - '0')],
         .decay = 0.9},
        sum);
  }
  for (const Note& bass : basses) add(bass, sum);
  double power = 0;
  for (const double sample : sum) power += sample * sample;
  const double wanted = 32'768 * std::pow(10, -level / 20);
  const double factor = wanted / std::sqrt(power / static_cast<double>(sum.size()));
  Recording tune;
  tune.samples.reserve(sum.size());
  for (const double sample : sum) {
    tune.samples.push_back(static_cast<std::int16_t>(std::lrint(sample * factor)));
  }
  return tune;
}

}  // namespace dering::engine
