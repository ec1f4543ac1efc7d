// SPDX-License-Identifier: Apache-2.0
#include "codec/concealment.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/check.h"

namespace dering::codec {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_period = 2500us;  // a voice of 400 Hz
constexpr auto longest_period = 15ms;     // of 66 Hz
constexpr auto compared = 10ms;
constexpr auto crossing = 4ms;
constexpr auto held = 10ms;
constexpr auto faded = 50ms;

std::int16_t mixed(std::int16_t from, std::int16_t to, float share) {
  return static_cast<std::int16_t>(
      std::lrint(static_cast<float>(from) * (1 - share) + static_cast<float>(to) * share));
}

}  // namespace

Concealment::Concealment(Rate rate)
    : history_size_(samples_in(40ms, rate)),
      crossing_size_(samples_in(crossing, rate)),
      fade_(1.0F / static_cast<float>(samples_in(faded, rate))) {
  DERING_CHECK(rate <= Rate::wideband);
}

void Concealment::on_sound(MutableSamples sound) {
  if (period_size_ != 0) {
    const std::size_t size = std::min(crossing_size_, sound.size());
    for (std::size_t i = 0; i < size; ++i) {
      sound[i] = mixed(next(), sound[i], static_cast<float>(i + 1) / static_cast<float>(size + 1));
    }
    period_size_ = 0;
  }
  const std::size_t size = std::min(sound.size(), history_size_);
  const auto history = MutableSamples(history_).first(history_size_);
  std::copy(history.begin() + static_cast<std::ptrdiff_t>(size), history.end(), history.begin());
  std::ranges::copy(sound.last(size), history.last(size).begin());
}

void Concealment::fill(MutableSamples sound) {
  if (period_size_ == 0) begin();
  for (std::int16_t& sample : sound) sample = next();
}

/// The period is the end of the history, itself crossed over at its end into what came before it,
/// so that it can go round. Where it does not fit to the sample before it, the history played
/// backwards leads into it.
void Concealment::begin() {
  const auto history = Samples(history_).first(history_size_);
  const std::size_t period = find_period();
  const std::size_t overlap = std::min(crossing_size_, period / 4);
  const Samples last = history.last(period);
  const Samples before = history.subspan(history_size_ - period - overlap, overlap);
  std::ranges::copy(last, period_.begin());
  for (std::size_t i = 0; i < overlap; ++i) {
    std::int16_t& sample = period_[period - overlap + i];
    sample = mixed(sample, before[i], static_cast<float>(i + 1) / static_cast<float>(overlap + 1));
  }
  period_size_ = period;
  position_ = 0;
  gain_ = 1;
  held_ = history_size_ / 4;
  static_assert(held * 4 == 40ms);
}

/// The lag at which the last 10 ms are most like what came before, every second one of them
/// compared.
std::size_t Concealment::find_period() const {
  const auto rate = static_cast<Rate>(history_size_ * 25);
  const auto history = Samples(history_).first(history_size_);
  const std::size_t window = samples_in(compared, rate);
  const Samples newest = history.last(window);
  std::size_t best = samples_in(longest_period, rate);
  double best_likeness = 0;
  for (std::size_t lag = samples_in(shortest_period, rate); lag <= samples_in(longest_period, rate);
       ++lag) {
    const Samples older = history.subspan(history_size_ - window - lag, window);
    double product = 0;
    double energy = 1;
    for (std::size_t i = 0; i < window; i += 2) {
      product += double{1} * newest[i] * older[i];
      energy += double{1} * older[i] * older[i];
    }
    const double likeness = product > 0 ? product * product / energy : 0;
    if (likeness > best_likeness) {
      best_likeness = likeness;
      best = lag;
    }
  }
  return best;
}

std::int16_t Concealment::next() {
  const float sample = static_cast<float>(period_[position_]) * gain_;
  position_ = position_ + 1 == period_size_ ? 0 : position_ + 1;
  if (held_ > 0) {
    --held_;
  } else {
    gain_ = std::max(0.0F, gain_ - fade_);
  }
  return static_cast<std::int16_t>(std::lrint(sample));
}

}  // namespace dering::codec
