// SPDX-License-Identifier: Apache-2.0
#include "codec/testing/sound.h"

#include <gtest/gtest.h>

#include <vector>

#include "codec/comfort_noise.h"
#include "codec/concealment.h"
#include "codec/resampler.h"

namespace dering::codec {
namespace {

using namespace std::chrono_literals;
using namespace testing;

constexpr std::array rates{Rate::narrowband, Rate::wideband, Rate::superwideband, Rate::fullband};

Sound resampled(Rate from, Rate to, const Sound& sound, std::size_t chunk) {
  Resampler resampler(from, to);
  Sound all;
  Sound out(resampler.result_size(chunk));
  for (std::size_t at = 0; at + chunk <= sound.size(); at += chunk) {
    const std::size_t made = resampler.process(Samples(sound).subspan(at, chunk), out);
    all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(made));
  }
  return all;
}

TEST(Resampler, GivesExactlyTheSameTimeAndLevelBetweenAllRates) {
  for (const Rate from : rates) {
    for (const Rate to : rates) {
      for (const double frequency : {200.0, 1'000.0, 3'000.0, 3'400.0}) {
        SCOPED_TRACE(fmt::format("{} {} {}", hertz(from), hertz(to), frequency));
        const Sound in = sine(from, frequency, 6, hertz(from));
        const Sound out = resampled(from, to, in, hertz(from) / 100);
        EXPECT_EQ(out.size(), hertz(to));
        const Samples settled = Samples(out).subspan(hertz(to) / 10);
        EXPECT_NEAR(level(settled), -6, 0.5);
        EXPECT_GT(purity(settled, to, frequency), -0.05);
      }
    }
  }
}

TEST(Resampler, LeavesOutWhatTheLowerRateCannotCarry) {
  for (const double frequency : {4'600.0, 5'000.0, 7'000.0}) {
    const Sound in = sine(Rate::fullband, frequency, 3, 48'000);
    EXPECT_LT(level(resampled(Rate::fullband, Rate::narrowband, in, 480)), -45) << frequency;
  }
}

TEST(Resampler, SaturatesInPlaceOfTurningOver) {
  Sound square(8'000);
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = i / 8 % 2 == 0 ? 32'767 : -32'768;
  const Sound out = resampled(Rate::narrowband, Rate::fullband, square, 80);
  for (std::size_t i = 480; i + 48 < out.size(); i += 48) EXPECT_GT(std::abs(out[i + 24]), 20'000);
}

TEST(ComfortNoise, HasTheLevelThatWasTold) {
  for (const int below : {30, 45, 60, 70}) {
    ComfortNoise noise;
    noise.on_payload(std::vector<std::uint8_t>{static_cast<std::uint8_t>(below), 1, 2, 3});
    Sound sound(16'000);
    noise.fill(sound);
    EXPECT_NEAR(noise_level(sound), below, 1);
  }
}

TEST(ComfortNoise, IsSilenceUntilSomethingIsToldAndAfterTheQuietest) {
  ComfortNoise noise;
  Sound sound(800, 5);
  noise.on_payload({});
  noise.fill(sound);
  EXPECT_EQ(level(sound), -120);
  EXPECT_EQ(noise_level(sound), 127);
  noise.on_payload(std::vector<std::uint8_t>{50});
  noise.fill(sound);
  EXPECT_GT(level(sound), -60);
  noise.on_payload(std::vector<std::uint8_t>{127});
  noise.fill(sound);
  EXPECT_EQ(level(sound), -120);
}

TEST(ComfortNoise, C6IsNeverSoLoudThatItHurts) {
  for (int told = 0; told < 256; ++told) {
    ComfortNoise noise;
    noise.on_payload(std::vector<std::uint8_t>{static_cast<std::uint8_t>(told)});
    Sound sound(1'600);
    noise.fill(sound);
    EXPECT_LT(level(sound), -25);
  }
}

Sound with_gap(Concealment& concealment, const Sound& sent, std::size_t frame, std::size_t lost) {
  Sound heard = sent;
  for (std::size_t at = 0, n = 0; at + frame <= heard.size(); at += frame, ++n) {
    const auto part = MutableSamples(heard).subspan(at, frame);
    if (n >= 10 && n < 10 + lost) {
      concealment.fill(part);
    } else {
      concealment.on_sound(part);
    }
  }
  return heard;
}

TEST(Concealment, FillsOneLostPacketOfAVoiceWithoutAGapOrAClick) {
  for (const Rate rate : {Rate::narrowband, Rate::wideband}) {
    for (const Sound& sent : {vowel(rate, hertz(rate)), sine(rate, 440, 10, hertz(rate))}) {
      Concealment concealment(rate);
      const std::size_t frame = samples_in(20ms, rate);
      const Sound heard = with_gap(concealment, sent, frame, 1);
      EXPECT_LT(greatest_step(heard), greatest_step(sent) * 5 / 4);
      const auto made = Samples(heard).subspan(10 * frame, frame);
      const auto lost = Samples(sent).subspan(10 * frame, frame);
      EXPECT_NEAR(level(made), level(lost), 2);
      EXPECT_TRUE(std::ranges::equal(Samples(heard).subspan(12 * frame),
                                     Samples(sent).subspan(12 * frame)));
    }
  }
}

TEST(Concealment, FadesOutWhenMuchIsLostAndComesBackWithoutAClick) {
  for (const Rate rate : {Rate::narrowband, Rate::wideband}) {
    Concealment concealment(rate);
    const std::size_t frame = samples_in(20ms, rate);
    const Sound sent = vowel(rate, hertz(rate));
    const Sound heard = with_gap(concealment, sent, frame, 10);
    EXPECT_EQ(level(Samples(heard).subspan(14 * frame, 6 * frame)), -120);
    EXPECT_LT(greatest_step(heard), greatest_step(sent) * 5 / 4);
  }
}

TEST(Concealment, OfNothingIsSilence) {
  Concealment concealment(Rate::narrowband);
  Sound sound(160, 9);
  concealment.fill(sound);
  EXPECT_EQ(level(sound), -120);
}

}  // namespace
}  // namespace dering::codec
