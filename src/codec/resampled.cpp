// SPDX-License-Identifier: Apache-2.0
#include "codec/resampled.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/resampler.h"

namespace dering::codec {
namespace {

/// G.711 and G.722 carry no more than wideband.
constexpr std::size_t most_native_samples = samples_in(most_packet_time, Rate::wideband);

class ResampledDecoder final : public Decoder {
 public:
  ResampledDecoder(std::unique_ptr<Decoder> decoder, Rate rate)
      : decoder_(std::move(decoder)), resampler_(decoder_->rate(), rate) {}

  Rate rate() const override { return resampler_.to(); }

  std::expected<std::size_t, Fault> decode(Bytes payload, MutableSamples sound) override {
    const auto size = decoder_->decode(payload, native_);
    if (!size) return size;
    if (sound.size() < resampler_.result_size(*size)) return std::unexpected(Fault::no_room);
    return resampler_.process(Samples(native_).first(*size), sound);
  }

  void conceal(MutableSamples sound) override {
    const std::size_t size = native_size(sound.size());
    decoder_->conceal(MutableSamples(native_).first(size));
    give(size, sound);
  }

  bool recover(Bytes following, MutableSamples sound) override {
    const std::size_t size = native_size(sound.size());
    const bool told = decoder_->recover(following, MutableSamples(native_).first(size));
    give(size, sound);
    return told;
  }

 private:
  std::size_t native_size(std::size_t samples) const {
    const std::size_t to = hertz(resampler_.to());
    return std::min(native_.size(), (samples * hertz(resampler_.from()) + to - 1) / to);
  }

  void give(std::size_t native_size, MutableSamples sound) {
    const std::size_t made = resampler_.process(Samples(native_).first(native_size), wide_);
    const std::size_t size = std::min(made, sound.size());
    std::ranges::copy(Samples(wide_).first(size), sound.begin());
    std::ranges::fill(sound.subspan(size), std::int16_t{0});
  }

  std::unique_ptr<Decoder> decoder_;
  Resampler resampler_;
  std::array<std::int16_t, most_native_samples> native_{};
  std::array<std::int16_t, most_samples + 6> wide_{};
};

class ResampledEncoder final : public Encoder {
 public:
  ResampledEncoder(std::unique_ptr<Encoder> encoder, Rate rate)
      : encoder_(std::move(encoder)), resampler_(rate, encoder_->rate()) {}

  Rate rate() const override { return resampler_.from(); }

  std::expected<std::size_t, Fault> encode(Samples frame, MutableBytes payload) override {
    // Whole milliseconds only: anything else would leave a rest in the resampler.
    if (frame.empty() || frame.size() % (hertz(rate()) / 1'000) != 0 ||
        frame.size() > samples_in(most_packet_time, rate())) {
      return std::unexpected(Fault::bad_frame);
    }
    const std::size_t size = resampler_.process(frame, native_);
    return encoder_->encode(Samples(native_).first(size), payload);
  }

  void expect_loss(unsigned percent) override { encoder_->expect_loss(percent); }

 private:
  std::unique_ptr<Encoder> encoder_;
  Resampler resampler_;
  std::array<std::int16_t, most_native_samples> native_{};
};

}  // namespace

std::unique_ptr<Decoder> resampled(std::unique_ptr<Decoder> decoder, Rate rate) {
  if (decoder->rate() == rate) return decoder;
  return std::make_unique<ResampledDecoder>(std::move(decoder), rate);
}

std::unique_ptr<Encoder> resampled(std::unique_ptr<Encoder> encoder, Rate rate) {
  if (encoder->rate() == rate) return encoder;
  return std::make_unique<ResampledEncoder>(std::move(encoder), rate);
}

}  // namespace dering::codec
