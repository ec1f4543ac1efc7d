// SPDX-License-Identifier: Apache-2.0
#include "codec/dtmf.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "codec/codec.h"
#include "codec/testing/sound.h"

namespace dering::codec {
namespace {

using namespace std::chrono_literals;
using testing::Sound;

constexpr std::string_view all_keys = "0123456789*#ABCD";

Sound said(DigitTones& tones, Rate rate) {
  Sound all;
  Sound frame(samples_in(20ms, rate));
  while (!tones.is_idle()) {
    tones.fill(frame, rate);
    all.insert(all.end(), frame.begin(), frame.end());
  }
  all.resize(all.size() + samples_in(100ms, rate));
  return all;
}

std::string heard(DigitDetector& detector, Samples sound) {
  std::string keys;
  for (; sound.size() >= 160; sound = sound.subspan(160)) {
    detector.hear(sound.first(160));
    while (const auto key = detector.take()) keys += *key;
  }
  return keys;
}

TEST(Dtmf, EveryKeyIsHeardOnceWhateverItsLength) {
  for (const auto duration : {60ms, 100ms, 250ms, 2'000ms}) {
    DigitTones tones;
    for (const char key : all_keys) EXPECT_TRUE(tones.press(key, duration));
    EXPECT_TRUE(tones.press('0', duration));
    EXPECT_TRUE(tones.press('0', duration));
    DigitDetector detector;
    EXPECT_EQ(heard(detector, said(tones, Rate::narrowband)), std::string(all_keys) + "00");
  }
}

TEST(Dtmf, KeysOutliveEveryCodec) {
  for (const Kind kind : {Kind::pcmu, Kind::pcma, Kind::g722, Kind::opus}) {
    DigitTones tones;
    for (const char key : all_keys) tones.press(key, 100ms);
    const Sound sound = said(tones, native_rate(kind));
    const auto encoder = make_encoder({.kind = kind, .rate = native_rate(kind)});
    const auto decoder = make_decoder({.kind = kind, .rate = Rate::narrowband});
    const std::size_t size = samples_in(20ms, native_rate(kind));
    DigitDetector detector;
    std::string keys;
    for (std::size_t at = 0; at + size <= sound.size(); at += size) {
      std::vector<std::uint8_t> payload(most_payload);
      payload.resize(encoder->encode(Samples(sound).subspan(at, size), payload).value());
      Sound part(most_samples);
      part.resize(decoder->decode(payload, part).value());
      detector.hear(part);
      while (const auto key = detector.take()) keys += *key;
    }
    EXPECT_EQ(keys, all_keys) << static_cast<int>(kind);
  }
}

TEST(Dtmf, AMissingPacketInTheMiddleOfAPressMakesNoSecondOne) {
  DigitTones tones;
  for (const char key : all_keys) tones.press(key, 300ms);
  const Sound sound = said(tones, Rate::narrowband);
  DigitDetector detector;
  std::string keys;
  for (std::size_t at = 0; at + 160 <= sound.size(); at += 160) {
    if (at / 160 % 18 == 8) {
      detector.miss(160);
    } else {
      detector.hear(Samples(sound).subspan(at, 160));
    }
    while (const auto key = detector.take()) keys += *key;
  }
  EXPECT_EQ(keys, all_keys);
}

TEST(Dtmf, VoicesAndNoiseArePressedByNobody) {
  DigitDetector detector;
  EXPECT_EQ(heard(detector, testing::vowel(Rate::narrowband, 8'000 * 60)), "");
  SeededRandom random(4);
  Sound noise(8'000 * 60);
  for (auto& sample : noise) sample = static_cast<std::int16_t>(random.below(20'000));
  for (auto& sample : noise) sample = static_cast<std::int16_t>(sample - 10'000);
  EXPECT_EQ(heard(detector, noise), "");
  for (const double one : {697.0, 1336.0, 425.0}) {
    EXPECT_EQ(heard(detector, testing::sine(Rate::narrowband, one, 6, 16'000)), "");
  }
}

TEST(Dtmf, WhatIsNoKeyAndMoreThanMayWaitIsRefused) {
  DigitTones tones;
  for (const char key : {'E', 'a', ' ', '\0'}) EXPECT_FALSE(tones.press(key, 100ms));
  for (std::size_t i = 0; i < DigitTones::most_waiting; ++i) EXPECT_TRUE(tones.press('1', 100ms));
  EXPECT_FALSE(tones.press('1', 100ms));
}

}  // namespace
}  // namespace dering::codec
