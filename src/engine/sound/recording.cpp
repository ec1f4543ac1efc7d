// SPDX-License-Identifier: Apache-2.0
#include "engine/sound/recording.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "codec/resampler.h"

namespace dering::engine {
namespace {

class RecordingFeed final : public Feed {
 public:
  RecordingFeed(Recordings recordings, bool loop)
      : recordings_(std::move(recordings)), loop_(loop) {
    const bool is_empty =
        std::ranges::all_of(recordings_, [](const auto& each) { return each->samples.empty(); });
    if (is_empty) recordings_.clear();
  }

  bool fill(codec::MutableSamples frame, codec::Rate rate) override {
    if (rate == Recording::rate) return take(frame);
    if (!resampler_ || resampler_->to() != rate) resampler_.emplace(Recording::rate, rate);
    const std::size_t size = frame.size() * codec::hertz(Recording::rate) / codec::hertz(rate);
    const auto wide = codec::MutableSamples(wide_).first(std::min(size, wide_.size()));
    const bool goes_on = take(wide);
    const std::size_t made = resampler_->process(wide, frame);
    std::ranges::fill(frame.subspan(made), std::int16_t{0});
    return goes_on;
  }

 private:
  /// False if nothing was left.
  bool take(codec::MutableSamples frame) {
    const bool goes_on = at_ < recordings_.size();
    while (!frame.empty() && at_ < recordings_.size()) {
      const auto& samples = recordings_[at_]->samples;
      const std::size_t size = std::min(frame.size(), samples.size() - position_);
      std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(position_), size, frame.begin());
      frame = frame.subspan(size);
      position_ += size;
      if (position_ == samples.size()) begin_next();
    }
    std::ranges::fill(frame, std::int16_t{0});
    return goes_on;
  }
  void begin_next() {
    position_ = 0;
    ++at_;
    if (loop_ && at_ == recordings_.size()) at_ = 0;
  }

  Recordings recordings_;
  bool loop_;
  std::size_t at_ = 0;
  std::size_t position_ = 0;
  std::optional<codec::Resampler> resampler_;
  std::array<std::int16_t, codec::samples_in(codec::most_packet_time, Recording::rate)> wide_{};
};

}  // namespace

std::unique_ptr<Feed> make_recording_feed(Recordings recordings, bool loop) {
  return std::make_unique<RecordingFeed>(std::move(recordings), loop);
}

}  // namespace dering::engine
