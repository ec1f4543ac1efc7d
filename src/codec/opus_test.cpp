// SPDX-License-Identifier: Apache-2.0
#include "codec/opus.h"

#include <gtest/gtest.h>

#include <vector>

#include "codec/testing/sound.h"

namespace dering::codec::opus {
namespace {

using namespace std::chrono_literals;
using namespace codec::testing;
using Payload = std::vector<std::uint8_t>;

std::vector<Payload> packets_of(Encoder& encoder, const Sound& sound,
                                std::chrono::milliseconds time = 20ms) {
  std::vector<Payload> packets;
  const std::size_t size = samples_in(time, encoder.rate());
  for (std::size_t at = 0; at + size <= sound.size(); at += size) {
    Payload payload(most_payload);
    payload.resize(encoder.encode(Samples(sound).subspan(at, size), payload).value());
    packets.push_back(payload);
  }
  return packets;
}

/// A voice that changes its pitch and strength all the time, so that the last period does not tell
/// the next.
Sound gliding_voice(Rate rate, std::size_t samples) {
  Sound sound(samples);
  double phase = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / hertz(rate);
    phase +=
        2 * std::numbers::pi * (170 + 60 * std::sin(2 * std::numbers::pi * 2.5 * t)) / hertz(rate);
    double sum = 0;
    for (int harmonic = 1; harmonic < 14; ++harmonic) sum += std::sin(harmonic * phase) / harmonic;
    const double swell = 0.55 + 0.45 * std::sin(2 * std::numbers::pi * 4.1 * t);
    sound[i] = static_cast<std::int16_t>(std::lrint(6'000 * swell * sum));
  }
  return sound;
}

/// What a listener hears of packets of which every fifth is lost.
Sound heard_with_loss(Decoder& decoder, const std::vector<Payload>& packets, bool recovers) {
  Sound all;
  Sound sound(samples_in(20ms, decoder.rate()));
  for (std::size_t n = 0; n < packets.size(); ++n) {
    if (n % 5 != 4 || n + 1 == packets.size()) {
      decoder.decode(packets[n], sound).value();
    } else if (recovers) {
      decoder.recover(packets[n + 1], sound);
    } else {
      decoder.conceal(sound);
    }
    all.insert(all.end(), sound.begin(), sound.end());
  }
  return all;
}

double distance(const Sound& a, const Sound& b) {
  Sound difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    difference[i] = static_cast<std::int16_t>((a[i] - b[i]) / 2);
  return level(difference);
}

TEST(Opus, TellsOfALostPacketInTheNextOneWhereLossIsExpected) {
  for (const Rate rate : {Rate::narrowband, Rate::wideband, Rate::fullband}) {
    SCOPED_TRACE(hertz(rate));
    const auto encoder = make_encoder({.kind = Kind::opus, .rate = rate});
    const Sound voice = gliding_voice(rate, hertz(rate) * 4);
    const auto bare = packets_of(*encoder, voice);
    EXPECT_EQ(std::ranges::count_if(bare, has_redundancy), 0);
    encoder->expect_loss(20);
    const auto packets = packets_of(*encoder, voice);
    EXPECT_GT(std::ranges::count_if(packets, has_redundancy), std::ssize(packets) / 2);

    const auto whole = make_decoder(rate);
    Sound unhurt;
    Sound sound(samples_in(20ms, rate));
    for (const auto& payload : packets) {
      whole->decode(payload, sound).value();
      unhurt.insert(unhurt.end(), sound.begin(), sound.end());
    }
    const auto recovering = make_decoder(rate);
    const auto concealing = make_decoder(rate);
    const double recovered = distance(heard_with_loss(*recovering, packets, true), unhurt);
    const double concealed = distance(heard_with_loss(*concealing, packets, false), unhurt);
    EXPECT_LT(recovered, concealed - 3);
  }
}

TEST(Opus, AtItsRateForG711ItHasRedundancyForOnePercentToo) {
  const auto encoder = make_encoder({.kind = Kind::opus, .rate = Rate::narrowband});
  encoder->expect_loss(3);
  const auto packets = packets_of(*encoder, gliding_voice(Rate::narrowband, 32'000));
  EXPECT_GT(std::ranges::count_if(packets, has_redundancy), 0);
}

TEST(Opus, SendsNothingForSilenceIfTheOtherSideWishesSo) {
  const Sound silence(8'000 * 4);
  const auto all = make_encoder({.kind = Kind::opus, .rate = Rate::narrowband});
  for (const auto& payload : packets_of(*all, silence)) EXPECT_FALSE(payload.empty());
  const auto few =
      make_encoder({.kind = Kind::opus, .rate = Rate::narrowband, .sends_silence = false});
  const auto packets = packets_of(*few, silence);
  EXPECT_GT(std::ranges::count_if(packets, [](const auto& payload) { return payload.empty(); }),
            150);
  const auto voice = packets_of(*few, gliding_voice(Rate::narrowband, 8'000));
  EXPECT_EQ(std::ranges::count_if(voice, [](const auto& payload) { return payload.empty(); }), 0);
}

TEST(Opus, WritesNoMoreBitsThanTheOtherSideWishes) {
  const Sound voice = gliding_voice(Rate::fullband, 48'000 * 4);
  const auto bits = [&](std::uint32_t most) {
    const auto encoder =
        make_encoder({.kind = Kind::opus, .rate = Rate::fullband, .most_bits = most});
    std::size_t bytes = 0;
    for (const auto& payload : packets_of(*encoder, voice)) bytes += payload.size();
    return bytes * 8 / 4;
  };
  EXPECT_LT(bits(12'000), 13'500U);
  EXPECT_GT(bits(0), 24'000U);
  EXPECT_LT(bits(0), 36'000U);
  EXPECT_LT(bits(510'000), 36'000U);
  EXPECT_GT(bits(1), 3'000U);  // fewer than the codec has
}

TEST(Opus, ConcealsAnyLengthAndFallsSilentInTheEnd) {
  for (const Rate rate : {Rate::narrowband, Rate::wideband, Rate::superwideband, Rate::fullband}) {
    const auto encoder = make_encoder({.kind = Kind::opus, .rate = rate});
    const auto decoder = make_decoder(rate);
    Sound sound(most_samples);
    for (const auto& payload : packets_of(*encoder, vowel(rate, hertz(rate))))
      decoder->decode(payload, sound).value();
    const double before = level(Samples(sound).first(samples_in(20ms, rate)));
    Sound made(samples_in(10ms, rate) + 7, 1);
    decoder->conceal(made);
    EXPECT_GT(level(made), before - 6);
    for (int n = 0; n < 200; ++n) decoder->conceal(made);
    EXPECT_LT(level(made), -50);
  }
}

}  // namespace
}  // namespace dering::codec::opus
