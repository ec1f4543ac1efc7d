// SPDX-License-Identifier: Apache-2.0
#include "codec/codec.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/testing/allocations.h"
#include "codec/testing/sound.h"

namespace dering::codec {
namespace {

using namespace std::chrono_literals;
using namespace testing;

constexpr std::array kinds{Kind::pcmu, Kind::pcma, Kind::g722, Kind::opus};
constexpr std::array rates{Rate::narrowband, Rate::wideband, Rate::superwideband, Rate::fullband};

std::string name_of(Kind kind) {
  static const std::array<std::string, 4> names{"PCMU", "PCMA", "G.722", "Opus"};
  return names[static_cast<std::size_t>(kind)];
}

std::vector<std::vector<std::uint8_t>> encoded(Encoder& encoder, Samples sound,
                                               std::chrono::milliseconds time) {
  std::vector<std::vector<std::uint8_t>> packets;
  const std::size_t size = samples_in(time, encoder.rate());
  for (; sound.size() >= size; sound = sound.subspan(size)) {
    std::vector<std::uint8_t> payload(most_payload);
    payload.resize(encoder.encode(sound.first(size), payload).value());
    packets.push_back(payload);
  }
  return packets;
}

Sound decoded(Decoder& decoder, const std::vector<std::vector<std::uint8_t>>& packets) {
  Sound all;
  Sound sound(most_samples);
  for (const auto& payload : packets) {
    const std::size_t size = decoder.decode(payload, sound).value();
    all.insert(all.end(), sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return all;
}

/// One phone's sound as another hears it, each coded as it likes, by way of the rate that both
/// have.
struct Way {
  Kind from;
  Kind to;

  Rate first() const { return native_rate(from); }
  Rate last() const { return native_rate(to); }

  Sound carry(Samples sound, std::chrono::milliseconds time = 20ms) const {
    const auto talker = make_encoder({.kind = from, .rate = first()});
    const auto in = make_decoder({.kind = from, .rate = common_rate(from, to)});
    const auto out = make_encoder({.kind = to, .rate = common_rate(from, to)});
    const auto listener = make_decoder({.kind = to, .rate = last()});
    const Sound between = decoded(*in, encoded(*talker, sound, time));
    return decoded(*listener, encoded(*out, between, time));
  }
};

Samples settled(const Sound& sound) {
  return Samples(sound).subspan(sound.size() / 3);
}

class EveryPair : public ::testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(OfCodecs, EveryPair, ::testing::ValuesIn([] {
                           std::vector<Way> ways;
                           for (const Kind from : kinds) {
                             for (const Kind to : kinds) ways.push_back({from, to});
                           }
                           return ways;
                         }()));

TEST_P(EveryPair, KeepsTheLevelAndTheFrequencyOfATone) {
  const Way way = GetParam();
  for (const double frequency : {440.0, 1'000.0, 2'600.0}) {
    for (const double below : {3.0, 12.0, 30.0}) {
      SCOPED_TRACE(name_of(way.from) + " " + name_of(way.to) + " " + std::to_string(frequency) +
                   " " + std::to_string(below));
      const Sound sent = sine(way.first(), frequency, below, hertz(way.first()) * 3 / 2);
      const Sound heard = way.carry(sent);
      EXPECT_EQ(heard.size() * hertz(way.first()), sent.size() * hertz(way.last()));
      EXPECT_NEAR(level(settled(heard)), level(settled(sent)), 1.0);
      EXPECT_GT(purity(settled(heard), way.last(), frequency), -0.5);
      EXPECT_GT(deepest_gap(settled(heard), way.last()), -2);
    }
  }
}

TEST_P(EveryPair, KeepsTheLevelOfAVoiceWithoutGapsAndClicks) {
  const Way way = GetParam();
  SCOPED_TRACE(name_of(way.from) + " " + name_of(way.to));
  for (const auto time : {10ms, 20ms, 40ms, 60ms}) {
    const Sound sent = vowel(way.first(), hertz(way.first()) * 2);
    const Sound heard = way.carry(sent, time);
    EXPECT_NEAR(level(settled(heard)), level(settled(sent)), 1.0) << time.count();
    EXPECT_GT(deepest_gap(settled(heard), way.last()), deepest_gap(settled(sent), way.first()) - 3);
    const Sound as_sent = vowel(way.last(), hertz(way.last()) * 2);
    EXPECT_LT(greatest_step(settled(heard)), greatest_step(as_sent) * 3 / 2);
  }
}

TEST_P(EveryPair, DoesNotTurnTheLoudestSoundOver) {
  const Way way = GetParam();
  SCOPED_TRACE(name_of(way.from) + " " + name_of(way.to));
  const Sound sent = sine(way.first(), 300, 0, hertz(way.first()));
  const Sound heard = way.carry(sent);
  EXPECT_NEAR(level(settled(heard)), level(settled(sent)), 1.0);
  // A turn of 16 bits is a step of 65,536; the sine itself has 8,000 at narrowband.
  EXPECT_LT(greatest_step(settled(heard)), 12'000);
}

TEST(Codec, EveryOneRunsAtEveryRate) {
  for (const Kind kind : kinds) {
    for (const Rate rate : rates) {
      SCOPED_TRACE(name_of(kind) + " " + std::to_string(hertz(rate)));
      const auto encoder = make_encoder({.kind = kind, .rate = rate});
      const auto decoder = make_decoder({.kind = kind, .rate = rate});
      EXPECT_EQ(encoder->rate(), rate);
      EXPECT_EQ(decoder->rate(), rate);
      const Sound sent = sine(rate, 1'000, 12, hertz(rate));
      const Sound heard = decoded(*decoder, encoded(*encoder, sent, 20ms));
      EXPECT_EQ(heard.size(), sent.size());
      EXPECT_NEAR(level(settled(heard)), level(settled(sent)), 1.0);
      EXPECT_GT(purity(settled(heard), rate, 1'000), -0.5);
    }
  }
}

TEST(Codec, APayloadSaysHowLongItsSoundIs) {
  for (const Kind kind : kinds) {
    for (const auto time : {10ms, 20ms, 40ms, 60ms}) {
      const Rate rate = native_rate(kind);
      const auto encoder = make_encoder({.kind = kind, .rate = rate});
      const auto packets = encoded(*encoder, vowel(rate, hertz(rate) / 5), time);
      for (const auto& payload : packets) {
        EXPECT_EQ(duration_of(kind, payload),
                  clock_rate(kind) / 1'000 * static_cast<unsigned>(time.count()))
            << name_of(kind);
      }
    }
  }
}

TEST(Codec, APacketTakesWhatWasAskedForWhereTheCodecCan) {
  EXPECT_EQ(packet_time(Kind::pcmu, 30ms), 30ms);
  EXPECT_EQ(packet_time(Kind::opus, 30ms), 20ms);
  EXPECT_EQ(packet_time(Kind::opus, 59ms), 40ms);
  EXPECT_EQ(packet_time(Kind::g722, 25ms), 20ms);
  for (const Kind kind : kinds) {
    EXPECT_EQ(packet_time(kind, 0ms), 10ms);
    EXPECT_EQ(packet_time(kind, -5ms), 10ms);
    EXPECT_EQ(packet_time(kind, 400ms), 60ms);
  }
}

// C6: frames of a length that was not negotiated, of no byte and of 1,500, and garbage.
TEST(Codec, C6WhateverAPayloadIsWhatIsHeardIsBoundedAndTheNextOneIsHeard) {
  SeededRandom random(6);
  for (const Kind kind : kinds) {
    for (const Rate rate : rates) {
      SCOPED_TRACE(name_of(kind) + " " + std::to_string(hertz(rate)));
      const auto decoder = make_decoder({.kind = kind, .rate = rate});
      const auto encoder = make_encoder({.kind = kind, .rate = rate});
      const Sound voice = vowel(rate, samples_in(20ms, rate));
      Sound sound(most_samples + 16, 77);
      for (int n = 0; n < 400; ++n) {
        std::vector<std::uint8_t> payload(n == 0   ? 0
                                          : n == 1 ? 1'500
                                          : n == 2 ? 1'501
                                                   : random.below(1'500));
        random.fill(payload);
        const auto size = decoder->decode(payload, MutableSamples(sound).first(most_samples));
        if (size) {
          EXPECT_LE(*size, samples_in(most_packet_time, rate));
        }
        if (n % 3 == 0)
          decoder->conceal(MutableSamples(sound).first(random.below(most_samples + 1)));
        if (n % 5 == 0)
          decoder->recover(payload, MutableSamples(sound).first(random.below(most_samples + 1)));
        std::vector<std::uint8_t> honest(most_payload);
        honest.resize(encoder->encode(voice, honest).value());
        EXPECT_EQ(decoder->decode(honest, MutableSamples(sound).first(most_samples)), voice.size());
        EXPECT_TRUE(std::all_of(sound.begin() + most_samples, sound.end(),
                                [](auto sample) { return sample == 77; }));
      }
    }
  }
}

TEST(Codec, C6APayloadThatSaysNothingIsAFault) {
  Sound sound(most_samples);
  for (const Kind kind : kinds) {
    const auto decoder = make_decoder({.kind = kind, .rate = Rate::narrowband});
    EXPECT_EQ(decoder->decode({}, sound), std::unexpected(Fault::empty));
    const std::vector<std::uint8_t> much(1'501, 0);
    EXPECT_EQ(decoder->decode(much, sound), std::unexpected(Fault::too_long)) << name_of(kind);
    EXPECT_EQ(duration_of(kind, much), std::unexpected(Fault::too_long));
  }
  // RFC 6716 §3.4: two frames of one size cannot share an odd count of bytes; 49 frames; 125 ms.
  const auto opus = make_decoder({.kind = Kind::opus, .rate = Rate::narrowband});
  using Payload = std::vector<std::uint8_t>;
  for (const Payload& bad : {Payload{0x01, 1, 2, 3}, Payload{0x03, 0x3F, 1}, Payload{0x03, 0x00}}) {
    EXPECT_EQ(opus->decode(bad, sound), std::unexpected(Fault::malformed));
  }
}

TEST(Codec, C6APayloadWhoseSoundDoesNotFitIsAFault) {
  for (const Kind kind : kinds) {
    for (const Rate rate : rates) {
      const auto encoder = make_encoder({.kind = kind, .rate = rate});
      const auto packets = encoded(*encoder, vowel(rate, samples_in(40ms, rate)), 20ms);
      const auto decoder = make_decoder({.kind = kind, .rate = rate});
      Sound sound(samples_in(20ms, rate) - 1);
      EXPECT_EQ(decoder->decode(packets[1], sound), std::unexpected(Fault::no_room));
    }
  }
}

TEST(Codec, AFrameThatTheCodecCannotCarryIsAFault) {
  std::vector<std::uint8_t> payload(most_payload);
  for (const Kind kind : kinds) {
    for (const Rate rate : rates) {
      const auto encoder = make_encoder({.kind = kind, .rate = rate});
      EXPECT_EQ(encoder->encode({}, payload), std::unexpected(Fault::bad_frame));
      const Sound much(samples_in(140ms, rate));
      EXPECT_EQ(encoder->encode(much, payload), std::unexpected(Fault::bad_frame));
      const Sound frame = vowel(rate, samples_in(20ms, rate));
      EXPECT_EQ(encoder->encode(frame, MutableBytes(payload).first(0)),
                std::unexpected(Fault::no_room))
          << name_of(kind);
    }
  }
}

TEST(Codec, AsksForNoMemoryPerFrame) {
  for (const Kind kind : kinds) {
    for (const Rate rate : rates) {
      const auto encoder = make_encoder({.kind = kind, .rate = rate});
      const auto decoder = make_decoder({.kind = kind, .rate = rate});
      const Sound voice = vowel(rate, samples_in(20ms, rate));
      Sound sound(most_samples);
      std::vector<std::uint8_t> payload(most_payload);
      const auto before = dering::testing::allocations();
      for (int n = 0; n < 20; ++n) {
        const std::size_t size = encoder->encode(voice, payload).value();
        decoder->decode(Bytes(payload).first(size), sound).value();
        decoder->conceal(MutableSamples(sound).first(voice.size()));
        decoder->recover(Bytes(payload).first(size), MutableSamples(sound).first(voice.size()));
      }
      EXPECT_EQ(dering::testing::allocations(), before);
    }
  }
}

}  // namespace
}  // namespace dering::codec
