// SPDX-License-Identifier: Apache-2.0
#include "jitter/time_scale.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace dering::jitter {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_period = 2500us;
constexpr auto longest_period = 15ms;
/// Of 1: how much a period must be like the next one. After many refusals less has to do, or delay
/// would stay.
constexpr double like = 0.85;
constexpr double barely_like = 0.3;
constexpr unsigned patience = 40;
/// Mean square of what is silence for the ear: 50 dB below the loudest sine.
constexpr double silent = 32'767.0 * 32'767.0 / 2 / 100'000;

double product(codec::Samples a, codec::Samples b, std::size_t step) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); i += step) sum += double{1} * a[i] * b[i];
  return sum;
}

std::int16_t crossed(std::int16_t from, std::int16_t to, std::size_t i, std::size_t size) {
  const float share = static_cast<float>(i + 1) / static_cast<float>(size + 1);
  return static_cast<std::int16_t>(
      std::lrint(static_cast<float>(from) * (1 - share) + static_cast<float>(to) * share));
}

}  // namespace

std::size_t TimeScale::shorten(codec::MutableSamples sound, std::size_t size) {
  const std::size_t period = find_period(sound.first(size));
  if (period == 0) return size;
  for (std::size_t i = 0; i < period; ++i)
    sound[i] = crossed(sound[i], sound[period + i], i, period);
  std::ranges::copy(sound.first(size).subspan(2 * period), sound.subspan(period).begin());
  return size - period;
}

std::size_t TimeScale::lengthen(codec::MutableSamples sound, std::size_t size) {
  const std::size_t period = find_period(sound.first(size));
  if (period == 0 || sound.size() < size + period) return size;
  std::ranges::copy_backward(sound.first(size).subspan(period), sound.first(size + period).end());
  for (std::size_t i = 0; i < period; ++i)
    sound[period + i] = crossed(sound[2 * period + i], sound[i], i, period);
  return size + period;
}

/// The lag at which the beginning is most like what follows it; zero if it is not. Every sample of
/// narrowband is compared, and as many of the others.
std::size_t TimeScale::find_period(codec::Samples sound) {
  const std::size_t shortest = codec::samples_in(shortest_period, rate_);
  const std::size_t longest = std::min(codec::samples_in(longest_period, rate_), sound.size() / 2);
  if (longest < shortest) return 0;
  if (product(sound, sound, 1) <= silent * static_cast<double>(sound.size())) return longest;
  const std::size_t step = codec::hertz(rate_) / codec::hertz(codec::Rate::narrowband);
  std::size_t best = 0;
  double best_likeness = refused_ < patience ? like : barely_like;
  for (std::size_t lag = shortest; lag <= longest; lag += step) {
    const codec::Samples first = sound.first(lag);
    const codec::Samples second = sound.subspan(lag, lag);
    const double energy = std::sqrt(product(first, first, step) * product(second, second, step));
    const double likeness = energy > 0 ? product(first, second, step) / energy : 0;
    if (likeness > best_likeness) {
      best_likeness = likeness;
      best = lag;
    }
  }
  refused_ = best == 0 ? refused_ + 1 : 0;
  return best;
}

}  // namespace dering::jitter
