// SPDX-License-Identifier: Apache-2.0
#include "engine/sound/tone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace dering::engine {
namespace {

using media::v2::Tone;

/// The peak of a sine that is 16 dB below the loudest one.
constexpr double size_of_one = 5'193;
/// Two of 19 dB are as strong as one of 16.
constexpr double size_of_two = 3'677;
/// A tone rises and falls as fast, so that it does not click.
constexpr double edge_milliseconds = 5;

struct Row {
  Tone::Name name;
  ToneShape shape;
};

constexpr std::array indonesia{
    Row{Tone::NAME_DIAL, {.first = 425}},
    Row{Tone::NAME_RINGBACK, {.first = 425, .cadence = {1000, 4000}}},
    Row{Tone::NAME_BUSY, {.first = 425, .cadence = {500, 500}}},
    Row{Tone::NAME_CONGESTION, {.first = 425, .cadence = {250, 250}}},
    Row{Tone::NAME_CALL_WAITING, {.first = 425, .cadence = {150, 150, 150, 10'000}}},
    Row{Tone::NAME_CONFIRMATION, {.first = 425, .cadence = {100, 100}}}};
constexpr std::array united_states{
    Row{Tone::NAME_DIAL, {.first = 350, .second = 440}},
    Row{Tone::NAME_RINGBACK, {.first = 440, .second = 480, .cadence = {2000, 4000}}},
    Row{Tone::NAME_BUSY, {.first = 480, .second = 620, .cadence = {500, 500}}},
    Row{Tone::NAME_CONGESTION, {.first = 480, .second = 620, .cadence = {250, 250}}},
    Row{Tone::NAME_CALL_WAITING, {.first = 440, .cadence = {300, 9700}}},
    Row{Tone::NAME_CONFIRMATION, {.first = 350, .second = 440, .cadence = {100, 100}}}};
constexpr std::array united_kingdom{
    Row{Tone::NAME_DIAL, {.first = 350, .second = 440}},
    Row{Tone::NAME_RINGBACK, {.first = 400, .second = 450, .cadence = {400, 200, 400, 2000}}},
    Row{Tone::NAME_BUSY, {.first = 400, .cadence = {375, 375}}},
    Row{Tone::NAME_CONGESTION, {.first = 400, .cadence = {400, 350, 225, 525}}},
    Row{Tone::NAME_CALL_WAITING, {.first = 400, .cadence = {100, 4000}}},
    Row{Tone::NAME_CONFIRMATION, {.first = 400, .cadence = {100, 100}}}};

std::span<const Row> tones_of(std::string_view country) {
  if (country == "id") return indonesia;
  if (country == "us") return united_states;
  if (country == "uk") return united_kingdom;
  return {};
}

class ToneFeed final : public Feed {
 public:
  explicit ToneFeed(const ToneShape& shape)
      : shape_(shape), size_(shape.second == 0 ? size_of_one : size_of_two) {
    for (const std::uint16_t part : shape.cadence) period_ += part;
  }

  bool fill(codec::MutableSamples frame, codec::Rate rate) override {
    const double step = 1000.0 / codec::hertz(rate);
    for (std::int16_t& sample : frame) {
      sample = static_cast<std::int16_t>(std::lrint(size_ * strength() * wave(step)));
      time_ += step;
      if (period_ > 0 && time_ >= period_) time_ -= period_;
    }
    return true;
  }

 private:
  double wave(double step) {
    first_ = turn(first_, shape_.first, step);
    second_ = turn(second_, shape_.second, step);
    return std::sin(first_) + (shape_.second == 0 ? 0 : std::sin(second_));
  }
  static double turn(double phase, double frequency, double step) {
    const double next = phase + 2 * std::numbers::pi * frequency * step / 1000;
    return next > 2 * std::numbers::pi ? next - 2 * std::numbers::pi : next;
  }
  /// Of 1, at this moment of the cadence.
  double strength() const {
    if (period_ == 0) return 1;
    double begin = 0;
    for (std::size_t part = 0; part < shape_.cadence.size(); part += 2) {
      const double on = shape_.cadence[part];
      if (time_ < begin + on) {
        return std::min(
            {1.0, (time_ - begin) / edge_milliseconds, (begin + on - time_) / edge_milliseconds});
      }
      begin += on + shape_.cadence[part + 1];
      if (time_ < begin) return 0;
    }
    return 0;
  }

  ToneShape shape_;
  double size_;
  double period_ = 0;  ///< milliseconds
  double time_ = 0;    ///< in the period
  double first_ = 0;   ///< phases
  double second_ = 0;
};

}  // namespace

std::optional<ToneShape> tone_shape(Tone::Name name, std::string_view country) {
  for (const Row& row : tones_of(country)) {
    if (row.name == name) return row.shape;
  }
  return std::nullopt;
}

std::unique_ptr<Feed> make_tone(const ToneShape& shape) {
  return std::make_unique<ToneFeed>(shape);
}

}  // namespace dering::engine
