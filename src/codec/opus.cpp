// SPDX-License-Identifier: Apache-2.0
#include "codec/opus.h"

#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace dering::codec::opus {
namespace {

/// libopus conceals in steps of 2.5 ms.
constexpr std::size_t steps_a_second = 400;
/// Of two bytes and less it says that they need not be sent.
constexpr opus_int32 silence_size = 2;
constexpr int most_loss = 30;
/// Made up at full strength for so long, and faded out by then: libopus goes on for ever, with
/// noise that may be as loud as the voice was.
constexpr std::chrono::milliseconds begins_to_fade{60};
constexpr std::chrono::milliseconds has_faded{300};

/// What a call may cost and how it sounds. Narrowband at complexity 5 is what makes room for 130
/// calls between Opus and G.711 on a core (src/codec/codec_bench.cpp).
struct Policy {
  opus_int32 bits;  ///< a second
  int complexity;
};
constexpr Policy policy_of(Rate rate) {
  switch (rate) {
    case Rate::narrowband:
      return {.bits = 16'000, .complexity = 5};
    case Rate::wideband:
      return {.bits = 24'000, .complexity = 5};
    case Rate::superwideband:
      return {.bits = 28'000, .complexity = 5};
    case Rate::fullband:
      return {.bits = 32'000, .complexity = 5};
  }
  return {};
}

struct Free {
  void operator()(OpusDecoder* state) const { opus_decoder_destroy(state); }
  void operator()(OpusEncoder* state) const { opus_encoder_destroy(state); }
};

class OpusDecoding final : public Decoder {
 public:
  explicit OpusDecoding(Rate rate) : rate_(rate) {
    int error = OPUS_OK;
    state_.reset(opus_decoder_create(static_cast<opus_int32>(hertz(rate)), 1, &error));
    DERING_CHECK(error == OPUS_OK && state_ != nullptr);
  }

  Rate rate() const override { return rate_; }

  std::expected<std::size_t, Fault> decode(Bytes payload, MutableSamples sound) override {
    const auto duration = opus::duration_of(payload);
    if (!duration) return std::unexpected(duration.error());
    if (sound.size() < *duration * hertz(rate_) / hertz(Rate::fullband)) {
      return std::unexpected(Fault::no_room);
    }
    const int made = run(payload, sound, 0);
    if (made <= 0) return std::unexpected(Fault::malformed);
    made_up_ = 0;
    return static_cast<std::size_t>(made);
  }

  void conceal(MutableSamples sound) override {
    MutableSamples rest = sound;
    while (const std::size_t size = whole_steps(rest.size())) {
      make_up({}, rest.first(size), 0);
      rest = rest.subspan(size);
    }
    if (!rest.empty()) {
      const auto step = MutableSamples(step_).first(hertz(rate_) / steps_a_second);
      make_up({}, step, 0);
      std::ranges::copy(step.first(rest.size()), rest.begin());
    }
    fade(sound);
  }

  bool recover(Bytes following, MutableSamples sound) override {
    const bool tells = has_redundancy(following) && whole_steps(sound.size()) == sound.size();
    if (tells) {
      make_up(following, sound, 1);
    } else {
      conceal(sound);
    }
    return tells;
  }

 private:
  std::size_t whole_steps(std::size_t samples) const {
    const std::size_t step = hertz(rate_) / steps_a_second;
    return std::min(samples, samples_in(most_packet_time, rate_)) / step * step;
  }

  int run(Bytes payload, MutableSamples sound, int recovers) {
    const std::size_t size = std::min(sound.size(), samples_in(most_packet_time, rate_));
    return opus_decode(state_.get(), payload.data(), static_cast<opus_int32>(payload.size()),
                       sound.data(), static_cast<int>(size), recovers);
  }

  void make_up(Bytes payload, MutableSamples sound, int recovers) {
    const int made = std::max(0, run(payload, sound, recovers));
    std::ranges::fill(sound.subspan(static_cast<std::size_t>(made)), std::int16_t{0});
  }

  void fade(MutableSamples sound) {
    const std::size_t begin = samples_in(begins_to_fade, rate_);
    const std::size_t end = samples_in(has_faded, rate_);
    for (std::int16_t& sample : sound) {
      if (made_up_ < end) ++made_up_;
      if (made_up_ <= begin) continue;
      const auto left = static_cast<float>(end - made_up_) / static_cast<float>(end - begin);
      sample = static_cast<std::int16_t>(static_cast<float>(sample) * left);
    }
  }

  Rate rate_;
  std::unique_ptr<OpusDecoder, Free> state_;
  std::size_t made_up_ = 0;  ///< samples, since something came
  std::array<std::int16_t, hertz(Rate::fullband) / steps_a_second> step_{};
};

class OpusEncoding final : public Encoder {
 public:
  explicit OpusEncoding(const Settings& settings) : rate_(settings.rate) {
    int error = OPUS_OK;
    state_.reset(opus_encoder_create(static_cast<opus_int32>(hertz(rate_)), 1,
                                     OPUS_APPLICATION_VOIP, &error));
    DERING_CHECK(error == OPUS_OK && state_ != nullptr);
    const Policy policy = policy_of(rate_);
    if (settings.most_bits > 0) {
      constexpr std::uint32_t fewest_bits = 6'000;  // RFC 7587 §6.1
      most_bits_ = static_cast<opus_int32>(
          std::clamp<std::uint32_t>(settings.most_bits, fewest_bits, 510'000));
    }
    set_bits();
    opus_encoder_ctl(state_.get(), OPUS_SET_COMPLEXITY(policy.complexity));
    opus_encoder_ctl(state_.get(), OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
    opus_encoder_ctl(state_.get(), OPUS_SET_DTX(settings.sends_silence ? 0 : 1));
  }

  Rate rate() const override { return rate_; }

  std::expected<std::size_t, Fault> encode(Samples frame, MutableBytes payload) override {
    if (!fits(frame.size())) return std::unexpected(Fault::bad_frame);
    const bool is_short = frame.size() == hertz(rate_) / 100;
    if (std::exchange(is_short_, is_short) != is_short) set_bits();
    const auto room = static_cast<opus_int32>(std::min(payload.size(), most_payload));
    const opus_int32 size = opus_encode(state_.get(), frame.data(), static_cast<int>(frame.size()),
                                        payload.data(), room);
    if (size < 0) return std::unexpected(Fault::no_room);
    return size <= silence_size ? 0 : static_cast<std::size_t>(size);
  }

  void expect_loss(unsigned percent) override {
    const int loss = std::min(static_cast<int>(std::min(percent, 100U)), most_loss);
    opus_encoder_ctl(state_.get(), OPUS_SET_PACKET_LOSS_PERC(loss));
    opus_encoder_ctl(state_.get(), OPUS_SET_INBAND_FEC(loss > 0 ? 1 : 0));
    expects_loss_ = loss > 0;
    set_bits();
  }

 private:
  /// What tells of the packet before, and what each packet costs where they are short, shall not be
  /// taken from the sound.
  void set_bits() {
    opus_int32 bits = policy_of(rate_).bits;
    if (is_short_) bits += bits / 2;
    if (expects_loss_) bits += bits / 2;
    opus_encoder_ctl(state_.get(), OPUS_SET_BITRATE(std::min(bits, most_bits_)));
  }
  bool fits(std::size_t samples) const {
    const std::size_t unit = hertz(rate_) / 100;
    return samples == unit || samples == 2 * unit || samples == 4 * unit || samples == 6 * unit;
  }

  Rate rate_;
  opus_int32 most_bits_ = 510'000;
  bool is_short_ = false;  ///< the last frame had 10 ms
  bool expects_loss_ = false;
  std::unique_ptr<OpusEncoder, Free> state_;
};

}  // namespace

std::expected<std::uint32_t, Fault> duration_of(Bytes payload) {
  if (payload.empty()) return std::unexpected(Fault::empty);
  if (payload.size() > most_payload) return std::unexpected(Fault::too_long);
  const int samples =
      opus_packet_get_nb_samples(payload.data(), static_cast<opus_int32>(payload.size()),
                                 static_cast<opus_int32>(hertz(Rate::fullband)));
  if (samples <= 0) return std::unexpected(Fault::malformed);
  return static_cast<std::uint32_t>(samples);
}

/// Of each channel the first frame begins with a bit for the activity of each SILK frame, and then
/// the bit that is asked for (RFC 6716 §4.2.3). CELT has none.
bool has_redundancy(Bytes payload) {
  if (!duration_of(payload)) return false;
  constexpr std::uint8_t first_celt_only = 0x80;
  if (payload[0] >= first_celt_only) return false;
  std::array<const unsigned char*, 48> frames{};
  std::array<opus_int16, 48> sizes{};
  const int count = opus_packet_parse(payload.data(), static_cast<opus_int32>(payload.size()),
                                      nullptr, frames.data(), sizes.data(), nullptr);
  if (count <= 0 || sizes[0] < 1) return false;
  const int frame = opus_packet_get_samples_per_frame(
      payload.data(), static_cast<opus_int32>(hertz(Rate::fullband)));
  const int silk_frames = std::max(1, frame / 960);
  const int channels = opus_packet_get_nb_channels(payload.data());
  for (int channel = 1; channel <= channels; ++channel) {
    const int bit = channel * (silk_frames + 1) - 1;
    if ((frames[0][0] & (0x80 >> bit)) != 0) return true;
  }
  return false;
}

std::unique_ptr<Decoder> make_decoder(Rate rate) {
  return std::make_unique<OpusDecoding>(rate);
}
std::unique_ptr<Encoder> make_encoder(const Settings& settings) {
  return std::make_unique<OpusEncoding>(settings);
}

}  // namespace dering::codec::opus
