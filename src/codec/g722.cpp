// SPDX-License-Identifier: Apache-2.0
#include "codec/g722.h"

#include <spandsp/telephony.h>
// It uses what the one above declares.
#include <spandsp/g722.h>

#include <cstdint>
#include <limits>

#include "base/check.h"
#include "codec/concealment.h"

namespace dering::codec::g722 {
namespace {

constexpr int bits_a_second = 64'000;
constexpr std::size_t samples_a_byte = 2;
/// Where spandsp's sums leave 16 bits, they turn over: a sample this low after one this high (and
/// the other way) is no sound that the codec could carry.
constexpr int loud = 16'384;
constexpr int turned_over = 26'000;

struct Free {
  void operator()(g722_decode_state_t* state) const { g722_decode_free(state); }
  void operator()(g722_encode_state_t* state) const { g722_encode_free(state); }
};

class BandDecoder final : public Decoder {
 public:
  BandDecoder() : state_(g722_decode_init(nullptr, bits_a_second, 0)) {
    DERING_CHECK(state_ != nullptr);
  }

  Rate rate() const override { return Rate::wideband; }

  std::expected<std::size_t, Fault> decode(Bytes payload, MutableSamples sound) override {
    const auto duration = duration_of(Kind::g722, payload);
    if (!duration) return std::unexpected(duration.error());
    const std::size_t size = payload.size() * samples_a_byte;
    if (sound.size() < size) return std::unexpected(Fault::no_room);
    const int made =
        g722_decode(state_.get(), sound.data(), payload.data(), static_cast<int>(payload.size()));
    DERING_CHECK(static_cast<std::size_t>(made) == size);
    saturate(sound.first(size));
    concealment_.on_sound(sound.first(size));
    return size;
  }

  void conceal(MutableSamples sound) override { concealment_.fill(sound); }

  bool recover(Bytes, MutableSamples sound) override {
    conceal(sound);
    return false;
  }

 private:
  void saturate(MutableSamples sound) {
    for (std::int16_t& sample : sound) {
      if (last_ > loud && sample < -turned_over) sample = std::numeric_limits<std::int16_t>::max();
      if (last_ < -loud && sample > turned_over) sample = std::numeric_limits<std::int16_t>::min();
      last_ = sample;
    }
  }

  std::unique_ptr<g722_decode_state_t, Free> state_;
  int last_ = 0;
  Concealment concealment_{Rate::wideband};
};

class BandEncoder final : public Encoder {
 public:
  BandEncoder() : state_(g722_encode_init(nullptr, bits_a_second, 0)) {
    DERING_CHECK(state_ != nullptr);
  }

  Rate rate() const override { return Rate::wideband; }

  std::expected<std::size_t, Fault> encode(Samples frame, MutableBytes payload) override {
    const std::size_t size = frame.size() / samples_a_byte;
    if (size == 0 || frame.size() % samples_a_byte != 0 ||
        frame.size() > samples_in(most_packet_time, rate())) {
      return std::unexpected(Fault::bad_frame);
    }
    if (payload.size() < size) return std::unexpected(Fault::no_room);
    const int made =
        g722_encode(state_.get(), payload.data(), frame.data(), static_cast<int>(frame.size()));
    DERING_CHECK(static_cast<std::size_t>(made) == size);
    return size;
  }

  void expect_loss(unsigned) override {}

 private:
  std::unique_ptr<g722_encode_state_t, Free> state_;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder() {
  return std::make_unique<BandDecoder>();
}
std::unique_ptr<Encoder> make_encoder() {
  return std::make_unique<BandEncoder>();
}

}  // namespace dering::codec::g722
