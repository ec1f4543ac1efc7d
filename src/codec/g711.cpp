// SPDX-License-Identifier: Apache-2.0
#include "codec/g711.h"

#include <array>
#include <bit>

#include "codec/concealment.h"

namespace dering::codec::g711 {
namespace {

// A code is a sign, three bits of exponent and four of mantissa. µ-law counts from 33 in steps of 4
// (14 bits), A-law from a first segment that is straight in steps of 16 (12 bits and sign).
constexpr int mu_bias = 33;
constexpr int mu_clip = 8'191 - mu_bias;
constexpr std::uint8_t mu_inverted = 0xFF;
constexpr std::uint8_t a_inverted = 0x55;
constexpr std::uint8_t sign_bit = 0x80;

constexpr std::int16_t expand_mu(std::uint8_t code) {
  const int bits = code ^ mu_inverted;
  const int exponent = (bits >> 4) & 7;
  const int size = (((bits & 15) * 2 + mu_bias) << exponent) - mu_bias;
  return static_cast<std::int16_t>((bits & sign_bit) != 0 ? -4 * size : 4 * size);
}

constexpr std::int16_t expand_a(std::uint8_t code) {
  const int bits = code ^ a_inverted;
  const int exponent = (bits >> 4) & 7;
  const int mantissa = (bits & 15) * 2 + 1;
  const int size = exponent == 0 ? mantissa : (mantissa + 32) << (exponent - 1);
  return static_cast<std::int16_t>((bits & sign_bit) != 0 ? 8 * size : -8 * size);
}

/// `value`: a sample in steps of 4.
constexpr std::uint8_t compress_mu(int value) {
  const int size = (value < 0 ? ~value : value);
  const int biased = (size > mu_clip ? mu_clip : size) + mu_bias;
  const int exponent = static_cast<int>(std::bit_width(static_cast<unsigned>(biased))) - 6;
  const int bits = exponent << 4 | ((biased >> (exponent + 1)) & 15);
  return static_cast<std::uint8_t>((bits | (value < 0 ? sign_bit : 0)) ^ mu_inverted);
}

/// `value`: a sample in steps of 16.
constexpr std::uint8_t compress_a(int value) {
  const int size = value < 0 ? ~value : value;
  const int exponent =
      size < 16 ? 0 : static_cast<int>(std::bit_width(static_cast<unsigned>(size))) - 4;
  const int mantissa = size >> (exponent > 1 ? exponent - 1 : 0);
  const int bits = exponent << 4 | (mantissa & 15);
  return static_cast<std::uint8_t>((bits | (value < 0 ? 0 : sign_bit)) ^ a_inverted);
}

template <auto expand_one>
constexpr auto expanding_table() {
  std::array<std::int16_t, 256> table{};
  for (std::size_t code = 0; code < table.size(); ++code) {
    table[code] = expand_one(static_cast<std::uint8_t>(code));
  }
  return table;
}

/// Found by the upper bits of a sample, without sign.
template <auto compress_one, int dropped_bits>
constexpr auto compressing_table() {
  std::array<std::uint8_t, (1U << (16 - dropped_bits))> table{};
  for (std::size_t place = 0; place < table.size(); ++place) {
    const auto sample = static_cast<std::int16_t>(place << dropped_bits);
    table[place] = compress_one(sample >> dropped_bits);
  }
  return table;
}

constexpr auto mu_samples = expanding_table<expand_mu>();
constexpr auto a_samples = expanding_table<expand_a>();
constexpr auto mu_codes = compressing_table<compress_mu, 2>();
constexpr auto a_codes = compressing_table<compress_a, 4>();

const std::array<std::int16_t, 256>& samples_of(Law law) {
  return law == Law::mu ? mu_samples : a_samples;
}

class LawDecoder final : public Decoder {
 public:
  explicit LawDecoder(Law law) : samples_(samples_of(law)) {}

  Rate rate() const override { return Rate::narrowband; }

  std::expected<std::size_t, Fault> decode(Bytes payload, MutableSamples sound) override {
    const auto size = duration_of(Kind::pcmu, payload);
    if (!size) return std::unexpected(size.error());
    if (sound.size() < *size) return std::unexpected(Fault::no_room);
    for (std::size_t i = 0; i < payload.size(); ++i) sound[i] = samples_[payload[i]];
    concealment_.on_sound(sound.first(payload.size()));
    return payload.size();
  }

  void conceal(MutableSamples sound) override { concealment_.fill(sound); }

  bool recover(Bytes, MutableSamples sound) override {
    conceal(sound);
    return false;
  }

 private:
  const std::array<std::int16_t, 256>& samples_;
  Concealment concealment_{Rate::narrowband};
};

class LawEncoder final : public Encoder {
 public:
  explicit LawEncoder(Law law) : law_(law) {}

  Rate rate() const override { return Rate::narrowband; }

  std::expected<std::size_t, Fault> encode(Samples frame, MutableBytes payload) override {
    if (frame.empty() || frame.size() > samples_in(most_packet_time, rate())) {
      return std::unexpected(Fault::bad_frame);
    }
    if (payload.size() < frame.size()) return std::unexpected(Fault::no_room);
    for (std::size_t i = 0; i < frame.size(); ++i) payload[i] = compress(law_, frame[i]);
    return frame.size();
  }

  void expect_loss(unsigned) override {}

 private:
  Law law_;
};

}  // namespace

std::int16_t expand(Law law, std::uint8_t code) {
  return samples_of(law)[code];
}

std::uint8_t compress(Law law, std::int16_t sample) {
  const auto bits = static_cast<std::uint16_t>(sample);
  return law == Law::mu ? mu_codes[bits >> 2] : a_codes[bits >> 4];
}

std::unique_ptr<Decoder> make_decoder(Law law) {
  return std::make_unique<LawDecoder>(law);
}
std::unique_ptr<Encoder> make_encoder(Law law) {
  return std::make_unique<LawEncoder>(law);
}

}  // namespace dering::codec::g711
