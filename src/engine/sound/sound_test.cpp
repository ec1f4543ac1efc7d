// SPDX-License-Identifier: Apache-2.0
#include "codec/testing/sound.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>

#include "base/random.h"
#include "engine/sound/recording.h"
#include "engine/sound/sound_folder.h"
#include "engine/sound/sound_shelf.h"
#include "engine/sound/tone.h"
#include "engine/sound/wave_file.h"

namespace dering::engine {
namespace {

using codec::Rate;
using codec::testing::level;
using codec::testing::power_at;
using codec::testing::purity;
using codec::testing::sine;
using codec::testing::Sound;
using media::v2::Command;
using media::v2::Refused;
using media::v2::Start;
using media::v2::Tone;

Sound from(Feed& feed, Rate rate, double seconds) {
  Sound all;
  Sound frame(codec::hertz(rate) / 50);
  for (int i = 0; i < static_cast<int>(seconds * 50); ++i) {
    feed.fill(frame, rate);
    all.insert(all.end(), frame.begin(), frame.end());
  }
  return all;
}

// Tones

/// Milliseconds of sound and of silence by turns, from the beginning.
std::vector<int> cadence_of(const Sound& sound, Rate rate) {
  std::vector<int> parts;
  const std::size_t step = codec::hertz(rate) / 100;
  bool was_on = false;
  for (std::size_t at = 0; at + step <= sound.size(); at += step) {
    const bool is_on = level(codec::Samples(sound).subspan(at, step)) > -30;
    if (parts.empty() || is_on != was_on) parts.push_back(0);
    parts.back() += 10;
    was_on = is_on;
  }
  return parts;
}

struct Known {
  const char* country;
  Tone::Name name;
  std::vector<double> frequencies;
  std::vector<int> cadence;  ///< ms
};

TEST(Tones, OfEachCountryHaveItsFrequenciesAndItsCadence) {
  // ITU-T E.180, supplement 2.
  const std::vector<Known> all{
      {"id", Tone::NAME_DIAL, {425}, {}},
      {"id", Tone::NAME_RINGBACK, {425}, {1000, 4000}},
      {"id", Tone::NAME_BUSY, {425}, {500, 500}},
      {"id", Tone::NAME_CONGESTION, {425}, {250, 250}},
      {"id", Tone::NAME_CONFIRMATION, {425}, {100, 100}},
      {"us", Tone::NAME_CONFIRMATION, {350, 440}, {100, 100}},
      {"us", Tone::NAME_DIAL, {350, 440}, {}},
      {"us", Tone::NAME_RINGBACK, {440, 480}, {2000, 4000}},
      {"us", Tone::NAME_BUSY, {480, 620}, {500, 500}},
      {"us", Tone::NAME_CONGESTION, {480, 620}, {250, 250}},
      {"us", Tone::NAME_CALL_WAITING, {440}, {300, 9700}},
      {"uk", Tone::NAME_DIAL, {350, 440}, {}},
      {"uk", Tone::NAME_RINGBACK, {400, 450}, {400, 200, 400, 2000}},
      {"uk", Tone::NAME_BUSY, {400}, {375, 375}},
  };
  for (const Known& known : all) {
    for (const Rate rate : {Rate::narrowband, Rate::wideband}) {
      SCOPED_TRACE(std::string(known.country) + " " + std::to_string(known.name));
      const auto shape = tone_shape(known.name, known.country);
      ASSERT_TRUE(shape);
      const auto feed = make_tone(*shape);
      const Sound sound = from(*feed, rate, 30);
      const auto parts = cadence_of(sound, rate);
      if (known.cadence.empty()) {
        EXPECT_EQ(parts.size(), 1U);
      }
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        EXPECT_NEAR(parts[i], known.cadence[i % known.cadence.size()], 10) << i;
      }
      const auto on_for = static_cast<std::uint32_t>(
          known.cadence.empty() ? 200 : std::min(200, known.cadence.front()));  // ms
      const auto on = codec::Samples(sound).first(codec::hertz(rate) * on_for / 1000);
      EXPECT_NEAR(level(on), -16, 0.5);
      double at_its_frequencies = 0;
      for (const double each : known.frequencies) at_its_frequencies += power_at(on, rate, each);
      EXPECT_NEAR(at_its_frequencies / codec::testing::mean_square(on), 1, 0.1);
    }
  }
  EXPECT_FALSE(tone_shape(Tone::NAME_DIAL, "xx"));
  EXPECT_FALSE(tone_shape(Tone::NAME_UNSPECIFIED, "id"));
}

TEST(Tones, DoNotClickWhenTheyBeginAndEnd) {
  const auto feed = make_tone(*tone_shape(Tone::NAME_BUSY, "id"));
  const Sound sound = from(*feed, Rate::narrowband, 3);
  const Sound steady = sine(Rate::narrowband, 425, 16, 800);
  EXPECT_LT(codec::testing::greatest_step(sound), codec::testing::greatest_step(steady) * 1.1);
}

// Recordings

TEST(Tune, HasItsLevelAndBeginsWhereItEnds) {
  const Recording tune = make_tune();
  EXPECT_EQ(tune.samples.size(), 24U * codec::hertz(Recording::rate));
  // As dBFS of RMS; a full sine is 3 dB below it.
  EXPECT_NEAR(level(tune.samples) - 3.01, -24, 0.1);
  EXPECT_LT(codec::testing::greatest_step(tune.samples), 5'000);
  EXPECT_LT(std::abs(tune.samples.front() - tune.samples.back()), 1'000);
}

TEST(RecordingFeed, PlaysOneAfterTheOtherAndEnds) {
  const auto one = std::make_shared<const Recording>(Recording{Sound(500, 100)});
  const auto two = std::make_shared<const Recording>(Recording{Sound(300, 200)});
  const auto feed = make_recording_feed({one, two}, false);
  Sound frame(320);
  EXPECT_TRUE(feed->fill(frame, Rate::wideband));
  EXPECT_EQ(frame.back(), 100);
  EXPECT_TRUE(feed->fill(frame, Rate::wideband));
  EXPECT_EQ(frame[179], 100);
  EXPECT_EQ(frame[180], 200);
  EXPECT_TRUE(feed->fill(frame, Rate::wideband));
  EXPECT_EQ(frame[159], 200);
  EXPECT_EQ(frame[160], 0);
  EXPECT_FALSE(feed->fill(frame, Rate::wideband));
}

TEST(RecordingFeed, GoesRoundForEver) {
  const auto one = std::make_shared<const Recording>(Recording{Sound(7, 100)});
  const auto feed = make_recording_feed({one}, true);
  const Sound sound = from(*feed, Rate::wideband, 1);
  EXPECT_EQ(std::ranges::count(sound, 100), std::ssize(sound));
  const auto nothing = std::make_shared<const Recording>();
  Sound frame(320);
  EXPECT_FALSE(make_recording_feed({nothing}, true)->fill(frame, Rate::wideband));
}

TEST(RecordingFeed, KeepsPitchAndLevelAtEveryRate) {
  const auto tone =
      std::make_shared<const Recording>(Recording{sine(Rate::wideband, 1'000, 12, 32'000)});
  for (const Rate rate : {Rate::narrowband, Rate::wideband}) {
    const auto feed = make_recording_feed({tone}, true);
    const Sound sound = from(*feed, rate, 2);
    const auto settled = codec::Samples(sound).subspan(sound.size() / 4);
    EXPECT_NEAR(level(settled), -12, 0.3);
    EXPECT_GT(purity(settled, rate, 1'000), -0.1);
  }
}

// WAV files

struct Wave {
  std::uint16_t coding = 1;
  std::uint16_t channels = 1;
  std::uint32_t rate = 8'000;
  std::uint16_t bits = 16;
  std::vector<std::uint8_t> data{};

  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> all;
    const auto text = [&](std::string_view words) {
      all.insert(all.end(), words.begin(), words.end());
    };
    const auto number = [&](std::uint32_t value, int size) {
      for (int i = 0; i < size; ++i) all.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    };
    text("RIFF");
    number(static_cast<std::uint32_t>(4 + 8 + 3 + 1 + 8 + 16 + 8 + data.size()), 4);
    text("WAVELIST");
    number(3, 4);
    number(0, 4);  // three bytes and one that makes it even
    text("fmt ");
    number(16, 4);
    number(coding, 2);
    number(channels, 2);
    number(rate, 4);
    number(rate * channels * bits / 8, 4);
    number(channels * bits / 8U, 2);
    number(bits, 2);
    text("data");
    number(static_cast<std::uint32_t>(data.size()), 4);
    all.insert(all.end(), data.begin(), data.end());
    return all;
  }
};

Wave wave_of(const Sound& sound, std::uint32_t rate, std::uint16_t channels = 1) {
  Wave wave{.channels = channels, .rate = rate};
  for (const std::int16_t sample : sound) {
    for (int channel = 0; channel < channels; ++channel) {
      wave.data.push_back(static_cast<std::uint8_t>(sample & 0xFF));
      wave.data.push_back(static_cast<std::uint8_t>((sample >> 8) & 0xFF));
    }
  }
  return wave;
}

TEST(WaveFile, IsReadAtEveryRateWithOneChannelOrTwo) {
  for (const std::uint32_t rate : {8'000U, 11'025U, 16'000U, 22'050U, 44'100U, 48'000U}) {
    for (const std::uint16_t channels : {std::uint16_t{1}, std::uint16_t{2}}) {
      Sound tone(rate);
      for (std::size_t i = 0; i < tone.size(); ++i) {
        tone[i] = static_cast<std::int16_t>(std::lrint(
            8'231 * std::sin(2 * std::numbers::pi * 800 * static_cast<double>(i) / rate)));
      }
      const auto recording = read_wave_file(wave_of(tone, rate, channels).bytes());
      ASSERT_TRUE(recording) << rate;
      EXPECT_NEAR(static_cast<double>(recording->samples.size()), 16'000, 1);
      EXPECT_NEAR(level(recording->samples), -12, 0.2);
      EXPECT_GT(purity(recording->samples, Rate::wideband, 800), -0.1);
    }
  }
}

TEST(WaveFile, IsReadInBothLawsOfG711) {
  for (const std::uint16_t coding : {std::uint16_t{6}, std::uint16_t{7}}) {
    Wave wave{.coding = coding, .bits = 8, .data = std::vector<std::uint8_t>(8'000, 0x2A)};
    const auto recording = read_wave_file(wave.bytes());
    ASSERT_TRUE(recording);
    EXPECT_GT(std::abs(recording->samples[8'000]), 1'000);
  }
}

TEST(WaveFile, C7WhatIsNoneIsRefusedInWords) {
  const auto good = wave_of(sine(Rate::narrowband, 400, 10, 800), 8'000).bytes();
  constexpr std::size_t before_the_sound = 56;
  for (std::size_t size = 0; size <= before_the_sound + 1; ++size) {
    EXPECT_FALSE(read_wave_file(Bytes(good).first(size))) << size;
  }
  for (Wave wave : {Wave{.coding = 2}, Wave{.channels = 0}, Wave{.channels = 3}, Wave{.rate = 0},
                    Wave{.rate = 7'999}, Wave{.rate = 48'001}, Wave{.bits = 24}, Wave{.bits = 0},
                    Wave{.coding = 6, .bits = 16}, Wave{}}) {
    const auto fault = read_wave_file(wave.bytes());
    ASSERT_FALSE(fault);
    EXPECT_FALSE(fault.error().empty());
  }
}

TEST(WaveFile, C7LengthsThatLieAreBoundedByTheFile) {
  auto bytes = wave_of(sine(Rate::narrowband, 400, 10, 800), 8'000).bytes();
  const std::size_t at = bytes.size() - 1'600 - 4;
  for (const int high : {0x00, 0x7F, 0xFF}) {
    for (std::size_t i = 0; i < 4; ++i)
      bytes[at + i] = static_cast<std::uint8_t>(i == 3 ? high : 0xFF);
    const auto recording = read_wave_file(bytes);
    ASSERT_TRUE(recording);
    EXPECT_LE(recording->samples.size(), 1'600U);
  }
  SeededRandom random(7);
  for (int i = 0; i < 5'000; ++i) {
    auto broken = bytes;
    for (int n = 0; n < 4; ++n)
      broken[random.below(64)] = static_cast<std::uint8_t>(random.below(256));
    const auto recording = read_wave_file(broken);
    if (recording) {
      EXPECT_LE(recording->samples.size(), bytes.size() * 2);
    }
  }
}

TEST(WaveFile, OfMoreThanTenMinutesIsRefused) {
  const Wave wave{.coding = 7, .bits = 8, .data = std::vector<std::uint8_t>(8'000 * 601)};
  EXPECT_FALSE(read_wave_file(wave.bytes()));
}

// The shelf

Start play(const std::string& id) {
  Start start;
  start.mutable_play()->add_sounds(id);
  return start;
}

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("dering_sounds_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ / "music");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
    std::ofstream(path_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  }

 private:
  std::filesystem::path path_;
};

TEST(SoundShelf, HoldsTheTuneAndTheFilesOfAFolder) {
  const Folder folder;
  folder.write("music/lobby.wav", wave_of(sine(Rate::narrowband, 400, 10, 800), 8'000).bytes());
  folder.write("broken.wav", {1, 2, 3});
  folder.write("notes.txt", {1, 2, 3});
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "link.wav");
  auto shelf = std::make_shared<SoundShelf>();
  const auto faults = shelf->read_folder(folder.path());
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_TRUE(faults[0].contains("broken.wav"));
  const FeedFactory make = SoundShelf::factory(shelf);
  EXPECT_TRUE(std::holds_alternative<std::unique_ptr<Feed>>(make(play("music"))));
  EXPECT_TRUE(std::holds_alternative<std::unique_ptr<Feed>>(make(play("music/lobby"))));
  EXPECT_TRUE(std::holds_alternative<Unusable>(make(play("broken"))));
}

// Hostile input H4.
TEST(SoundShelf, NoNameLeadsOutOfIt) {
  const FeedFactory make = SoundShelf::factory(std::make_shared<SoundShelf>());
  for (const std::string& name :
       {std::string("../music"), std::string("/etc/passwd"), std::string("music\0x", 7),
        std::string("./music"), std::string("%2e%2e/music"), std::string(),
        std::string(5'000, 'a')}) {
    const auto fed = make(play(name));
    ASSERT_TRUE(std::holds_alternative<Refusal>(fed)) << name;
    EXPECT_EQ(std::get<Refusal>(fed).why, Refused::WHY_UNKNOWN);
  }
}

TEST(SoundShelf, RefusesTooManySoundsAndNone) {
  const FeedFactory make = SoundShelf::factory(std::make_shared<SoundShelf>());
  Start start;
  start.mutable_play();
  EXPECT_TRUE(std::holds_alternative<Refusal>(make(start)));
  for (int i = 0; i < 101; ++i) start.mutable_play()->add_sounds("music");
  EXPECT_TRUE(std::holds_alternative<Refusal>(make(start)));
}

TEST(SoundFolder, FindsWhatIsNewChangedAndGoneAndWhatIsPlayedGoesOn) {
  const Folder folder;
  SoundFolder sounds(folder.path());
  const FeedFactory make = sounds.factory();
  const auto has = [&](const std::string& name) {
    return std::holds_alternative<std::unique_ptr<Feed>>(make(play(name)));
  };
  EXPECT_TRUE(has("music")) << "before anybody looked";
  EXPECT_TRUE(sounds.look().has_value());
  EXPECT_FALSE(sounds.look().has_value()) << "nothing has changed";

  folder.write("music/lobby.wav", wave_of(sine(Rate::narrowband, 400, 10, 800), 8'000).bytes());
  EXPECT_FALSE(sounds.look().has_value()) << "it may still be written";
  EXPECT_FALSE(has("music/lobby"));
  ASSERT_TRUE(sounds.look().has_value());
  ASSERT_TRUE(has("music/lobby"));
  auto playing = make(play("music/lobby"));

  folder.write("music/lobby.wav", {1, 2, 3});
  folder.write("music.wav", wave_of(sine(Rate::narrowband, 700, 10, 800), 8'000).bytes());
  EXPECT_FALSE(sounds.look().has_value());
  const auto faults = sounds.look();
  ASSERT_TRUE(faults && faults->size() == 1U);
  EXPECT_TRUE(faults->front().contains("lobby.wav"));
  EXPECT_FALSE(has("music/lobby"));
  auto& feed = *std::get<std::unique_ptr<Feed>>(playing);
  EXPECT_GT(power_at(from(feed, Rate::narrowband, 0.08), Rate::narrowband, 400),
            power_at(from(feed, Rate::narrowband, 0.08), Rate::narrowband, 700));

  std::filesystem::remove(folder.path() / "music/lobby.wav");
  EXPECT_FALSE(sounds.look().has_value());
  EXPECT_TRUE(sounds.look().has_value());
  EXPECT_TRUE(std::holds_alternative<Refusal>(make(play("music/lobby"))));
}

TEST(SoundShelf, OfAFolderThatIsNotThereIsJustTheTune) {
  SoundShelf shelf;
  EXPECT_TRUE(shelf.read_folder("/nowhere/at/all").empty());
  EXPECT_EQ(shelf.size(), 1U);
}

}  // namespace
}  // namespace dering::engine
