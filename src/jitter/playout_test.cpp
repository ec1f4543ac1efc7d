// SPDX-License-Identifier: Apache-2.0
#include "jitter/playout.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <vector>

#include "base/random.h"
#include "base/testing/allocations.h"
#include "codec/testing/sound.h"
#include "jitter/time_scale.h"

namespace dering::jitter {
namespace {

using namespace std::chrono_literals;
using namespace codec::testing;
using codec::Kind;
using codec::Rate;
using std::chrono::milliseconds;

const Instant start = Instant{} + 1h;
constexpr std::array formats{Playout::Format{0, Kind::pcmu}, Playout::Format{8, Kind::pcma},
                             Playout::Format{9, Kind::g722}, Playout::Format{111, Kind::opus}};

/// A phone that says a sound, and a listener who hears frames of 20 ms.
class Line {
 public:
  Line(Kind said, Rate rate, milliseconds most_delay = 400ms)
      : kind(said),
        playout({.rate = rate, .formats = formats, .noise = 13, .most_delay = most_delay}),
        frame(codec::samples_in(20ms, rate)) {
    take(said);
  }

  void take(Kind another) {
    kind = another;
    encoder = codec::make_encoder({.kind = kind, .rate = codec::native_rate(kind)});
  }

  using Transit = std::function<std::optional<Duration>(std::size_t)>;
  static std::optional<Duration> even(std::size_t) { return 10ms; }

  void say(codec::Samples sound, milliseconds time = 20ms, const Transit& transit = even) {
    const std::size_t size = codec::samples_in(time, encoder->rate());
    for (std::size_t n = 0; sound.size() >= size; sound = sound.subspan(size), ++n) {
      std::vector<std::uint8_t> payload(codec::most_payload);
      payload.resize(encoder->encode(sound.first(size), payload).value());
      const std::optional<Duration> after = transit(n);
      if (after && !payload.empty()) on_the_way.insert({sent_at + *after, {header(), payload}});
      ++sequence;
      timestamp += codec::clock_rate(kind) / 1'000 * static_cast<std::uint32_t>(time.count());
      sent_at += time;
    }
  }

  rtp::Header header() const {
    const auto format = std::ranges::find(formats, kind, &Playout::Format::kind);
    return {.payload_type = format->payload_type,
            .sequence = sequence,
            .timestamp = timestamp,
            .ssrc = ssrc};
  }

  void listen() {
    for (; now < sent_at; now += 20ms) {
      while (!on_the_way.empty() && on_the_way.begin()->first <= now) {
        const auto& [at, packet] = *on_the_way.begin();
        playout.on_packet(packet.first, packet.second, at);
        on_the_way.erase(on_the_way.begin());
      }
      const std::size_t size = heard.size();
      heard.resize(size + frame);
      how.push_back(playout.fill(codec::MutableSamples(heard).subspan(size), now));
    }
  }
  codec::Samples last(milliseconds time) const {
    return codec::Samples(heard).last(codec::samples_in(time, static_cast<Rate>(frame * 50)));
  }

  Kind kind;
  std::unique_ptr<codec::Encoder> encoder;
  Playout playout;
  std::size_t frame;
  std::uint16_t sequence = 65'000;
  std::uint32_t timestamp = 0xFFFF'0000;
  std::uint32_t ssrc = 3;
  Instant sent_at = start;
  Instant now = start + 1ms;
  std::multimap<Instant, std::pair<rtp::Header, std::vector<std::uint8_t>>> on_the_way;
  Sound heard;
  std::vector<Heard> how;
};

constexpr std::array kinds{Kind::pcmu, Kind::pcma, Kind::g722, Kind::opus};
constexpr std::array rates{Rate::narrowband, Rate::wideband, Rate::fullband};

TEST(Playout, GivesTheSoundOfEveryCodecAtEveryRateWithoutGaps) {
  for (const Kind kind : kinds) {
    for (const Rate rate : rates) {
      for (const auto time : {10ms, 20ms, 40ms, 60ms}) {
        Line line(kind, rate);
        const Rate native = codec::native_rate(kind);
        const Sound tone = sine(native, 700, 10, codec::hertz(native) * 3);
        line.say(tone, time, [&](std::size_t) { return std::optional<Duration>(time + 10ms); });
        line.listen();
        const auto heard = line.last(2s);
        SCOPED_TRACE(
            fmt::format("{} {} {}", static_cast<int>(kind), codec::hertz(rate), time.count()));
        EXPECT_NEAR(level(heard), level(tone), 1.0);
        EXPECT_GT(purity(heard, rate, 700), -0.5);
        EXPECT_GT(deepest_gap(heard, rate), -1.5);
        EXPECT_EQ(line.playout.counters().lost, 0U);
        EXPECT_LE(line.playout.delay(), 60ms);
      }
    }
  }
}

TEST(Playout, AddsNoMoreThan60MillisecondsToAnEvenStream) {
  Line line(Kind::pcmu, Rate::narrowband);
  const Sound silence(8'000);
  line.say(silence);
  const std::size_t said_at =
      codec::samples_in(std::chrono::duration_cast<std::chrono::microseconds>(line.sent_at - start),
                        Rate::narrowband);
  line.say(sine(Rate::narrowband, 1'000, 6, 4'000));
  line.listen();
  std::size_t first = 0;
  while (first < line.heard.size() && std::abs(line.heard[first]) < 5'000) ++first;
  // 10 ms of it is the network's.
  EXPECT_LE(first, said_at + codec::samples_in(70ms, Rate::narrowband));
  EXPECT_GE(first, said_at);
}

TEST(Playout, FillsWhatIsLostWithoutGaps) {
  SeededRandom random(20);
  for (const Kind kind : kinds) {
    const Rate rate = kind == Kind::g722 ? Rate::wideband : Rate::narrowband;
    const Rate native = codec::native_rate(kind);
    const Sound voice = vowel(native, codec::hertz(native) * 10);
    const double said = level(voice);
    for (const unsigned loss : {1U, 5U, 20U}) {
      Line line(kind, rate);
      line.encoder->expect_loss(loss);
      line.say(voice, 20ms, [&](std::size_t) {
        return random.below(100) < loss ? std::nullopt : std::optional<Duration>(10ms);
      });
      line.listen();
      SCOPED_TRACE(fmt::format("{} {}", static_cast<int>(kind), loss));
      EXPECT_NEAR(level(line.last(8s)), said, loss == 20 ? 2.5 : 1.0);
      EXPECT_GE(line.playout.counters().lost, loss);
      EXPECT_LE(line.playout.delay(), 60ms);
      // At one in a hundred no hole is longer than 60 ms.
      if (loss != 1) continue;
      for (auto rest = line.last(8s); rest.size() > codec::samples_in(60ms, rate);
           rest = rest.subspan(codec::samples_in(20ms, rate))) {
        EXPECT_GT(level(rest.first(codec::samples_in(60ms, rate))), said - 12);
      }
    }
  }
}

TEST(Playout, IsNotBrokenByJitterOf200Milliseconds) {
  SeededRandom random(21);
  Line line(Kind::pcmu, Rate::narrowband);
  const Sound tone = sine(Rate::narrowband, 440, 10, 8'000 * 30);
  line.say(tone, 20ms, [&](std::size_t) {
    return std::optional<Duration>(10ms + milliseconds(random.below(200)));
  });
  line.listen();
  const auto heard = line.last(20s);
  EXPECT_NEAR(level(heard), level(tone), 1.0);
  EXPECT_LE(std::ranges::count(std::span(line.how).last(1'000), Heard::concealed), 60);
}

TEST(Playout, KeepsTheToneWhileClocksDriftApart) {
  for (const int ppm : {200, -200}) {
    Line line(Kind::pcmu, Rate::narrowband);
    const Sound tone = sine(Rate::narrowband, 440, 10, 8'000 * 600);
    line.say(tone, 20ms, [&](std::size_t n) {
      return std::optional<Duration>(1s - Duration(static_cast<std::int64_t>(n) * 20 * ppm));
    });
    line.listen();
    const auto heard = line.last(500s);
    EXPECT_NEAR(level(heard), level(tone), 0.5) << ppm;
    EXPECT_GT(deepest_gap(heard, Rate::narrowband), -3) << ppm;
    EXPECT_LT(greatest_step(heard), greatest_step(tone) * 3 / 2) << ppm;
    EXPECT_LE(line.playout.delay(), 60ms);
    EXPECT_LE(std::ranges::count(line.how, Heard::concealed), 5);
  }
}

TEST(Playout, GoesDownToLittleDelayAfterAnOutageWithoutLeavingOutMuch) {
  Line line(Kind::pcma, Rate::narrowband);
  const Sound voice = vowel(Rate::narrowband, 8'000 * 20);
  line.say(codec::Samples(voice).first(16'000));
  const Instant end = line.sent_at + 300ms;
  line.say(codec::Samples(voice).first(2'400), 20ms,
           [&](std::size_t) { return std::optional<Duration>(end - line.sent_at + 10ms); });
  line.say(voice);
  line.listen();
  EXPECT_LE(line.playout.delay(), 60ms);
  EXPECT_EQ(line.playout.counters().dropped, 0U);
  EXPECT_NEAR(level(line.last(10s)), level(voice), 1.0);
}

TEST(Playout, FollowsAChangeOfCodecAndClock) {
  Line line(Kind::pcmu, Rate::narrowband);
  for (const Kind kind : {Kind::pcmu, Kind::opus, Kind::pcma, Kind::g722, Kind::opus, Kind::pcmu}) {
    line.take(kind);
    const Rate native = codec::native_rate(kind);
    const Sound tone = sine(native, 900, 10, codec::hertz(native));
    line.say(tone);
    line.listen();
    EXPECT_NEAR(level(line.last(500ms)), level(tone), 1.0) << static_cast<int>(kind);
  }
}

TEST(Playout, SoundIsBackSoonAfterAnotherSourceBegins) {
  Line line(Kind::pcmu, Rate::narrowband);
  const Sound tone = sine(Rate::narrowband, 900, 10, 8'000);
  line.say(tone);
  line.ssrc = 4;
  line.sequence = 17;
  line.timestamp = 99;
  line.say(codec::Samples(tone).first(1'600));
  line.listen();
  EXPECT_NEAR(level(line.last(100ms)), level(tone), 1.0);
}

TEST(Playout, NoiseIsHeardAtItsLevelUntilSoundComesBack) {
  Line line(Kind::pcmu, Rate::narrowband);
  const Sound tone = sine(Rate::narrowband, 900, 10, 8'000);
  line.say(tone);
  rtp::Header noise = line.header();
  noise.payload_type = 13;
  line.on_the_way.insert({line.sent_at + 10ms, {noise, {50}}});
  ++line.sequence;
  line.timestamp += 16'000;
  line.sent_at += 2s;
  line.listen();
  EXPECT_EQ(line.how.back(), Heard::noise);
  // The level of the standard is below the greatest square, ours below the greatest sine.
  EXPECT_NEAR(level(line.last(1s)), -50 + 3, 1.0);
  line.say(tone);
  line.listen();
  EXPECT_EQ(line.how.back(), Heard::sound);
  EXPECT_NEAR(level(line.last(500ms)), level(tone), 1.0);
  EXPECT_EQ(line.playout.counters().lost, 0U);
}

TEST(Playout, IsSilentBeforeAndAfterTheStream) {
  Line line(Kind::pcmu, Rate::narrowband);
  line.sent_at += 1s;
  line.listen();
  EXPECT_EQ(line.how.back(), Heard::nothing);
  line.say(sine(Rate::narrowband, 900, 10, 8'000));
  line.sent_at += 1s;
  line.listen();
  EXPECT_EQ(line.how.back(), Heard::nothing);
  EXPECT_EQ(level(line.last(500ms)), -120);
}

TEST(Playout, C6PayloadsThatCannotBeDecodedAreCountedAndNotHeard) {
  for (const Kind kind : kinds) {
    Line line(kind, Rate::narrowband);
    const Rate native = codec::native_rate(kind);
    const Sound tone = sine(native, 700, 10, codec::hertz(native) * 2);
    line.say(tone);
    for (int n = 0; n < 50; ++n) {
      line.on_the_way.insert({line.sent_at + 10ms,
                              {line.header(), std::vector<std::uint8_t>(n % 2 == 0 ? 0 : 1'501)}});
      ++line.sequence;
      line.sent_at += 20ms;
      line.timestamp += codec::clock_rate(kind) / 50;
    }
    line.say(tone);
    line.listen();
    EXPECT_EQ(line.playout.undecodable(), 50U);
    EXPECT_NEAR(level(line.last(1s)), level(tone), 1.0);
  }
}

TEST(Playout, AsksForNoMemoryPerPacketOrFrame) {
  for (const Kind kind : kinds) {
    Line line(kind, Rate::wideband);
    Sound frame(320);
    std::vector<std::uint8_t> payload(codec::most_payload);
    const Rate native = codec::native_rate(kind);
    payload.resize(
        line.encoder->encode(vowel(native, codec::samples_in(20ms, native)), payload).value());
    const auto before = dering::testing::allocations();
    for (int n = 0; n < 500; ++n) {
      line.now += 20ms;
      if (n % 10 != 0) line.playout.on_packet(line.header(), payload, line.now);
      ++line.sequence;
      line.timestamp += codec::clock_rate(kind) / 50;
      line.playout.fill(frame, line.now);
    }
    EXPECT_EQ(dering::testing::allocations(), before);
  }
}

TEST(TimeScale, ChangesTheTimeOfAVoiceAndNotItsLevelOrPitch) {
  for (const Rate rate : {Rate::narrowband, Rate::wideband, Rate::superwideband, Rate::fullband}) {
    TimeScale scale(rate);
    const Sound voice = vowel(rate, codec::samples_in(200ms, rate));
    const std::size_t size = codec::samples_in(20ms, rate);
    for (const bool shortens : {true, false}) {
      Sound changed;
      for (std::size_t at = 0; at + size <= voice.size(); at += size) {
        Sound part(voice.begin() + static_cast<std::ptrdiff_t>(at),
                   voice.begin() + static_cast<std::ptrdiff_t>(at + size));
        part.resize(size + TimeScale::most_period);
        part.resize(shortens ? scale.shorten(part, size) : scale.lengthen(part, size));
        changed.insert(changed.end(), part.begin(), part.end());
      }
      // A period of 120 Hz, or of its octave.
      EXPECT_NEAR(static_cast<double>(changed.size()),
                  static_cast<double>(voice.size()) * (shortens ? 0.583 : 1.417),
                  static_cast<double>(voice.size()) * 0.21);
      EXPECT_NE(changed.size(), voice.size());
      EXPECT_NEAR(level(changed), level(voice), 1.0);
      EXPECT_LT(greatest_step(changed), greatest_step(voice) * 5 / 4);
    }
  }
}

TEST(TimeScale, LeavesWhatIsTooShortAsItIs) {
  TimeScale scale(Rate::narrowband);
  Sound sound(39, 1'000);
  EXPECT_EQ(scale.shorten(sound, 39), 39U);
  EXPECT_EQ(scale.lengthen(sound, 39), 39U);
  EXPECT_EQ(scale.shorten(sound, 0), 0U);
}

}  // namespace
}  // namespace dering::jitter
