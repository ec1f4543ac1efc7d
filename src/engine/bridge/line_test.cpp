// SPDX-License-Identifier: Apache-2.0
//
// What is heard over bad lines, where sound is decoded: loss, jitter, clocks that drift, streams
// that begin anew.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "base/random.h"
#include "engine/testing/voice.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using namespace codec::testing;
using media::v2::Codec;
using namespace testing;

struct Weather {
  unsigned lost = 0;  ///< of a hundred packets
  std::chrono::milliseconds jitter{};
};

/// What a phone says reaches the engine by way of a network.
template <class Phone>
class Line {
 public:
  Line(Conversation& call, Phone& phone, const Weather& weather)
      : call_(&call), phone_(&phone), weather_(weather) {}

  void send(const Packet& packet) {
    auto bytes = phone_->seal(packet);
    if (random_.below(100) < weather_.lost) return;
    const auto late = weather_.jitter.count() == 0
                          ? 0
                          : random_.below(static_cast<std::uint64_t>(weather_.jitter.count()));
    on_the_way_.emplace(call_->now + std::chrono::milliseconds(late), std::move(bytes));
  }
  /// 20 ms, in which packets arrive one by one.
  void pass() {
    const Instant until = call_->now + 20ms;
    while (!on_the_way_.empty() && on_the_way_.begin()->first <= until) {
      const auto first = on_the_way_.begin();
      if (first->first > call_->now) call_->pass(first->first - call_->now);
      phone_->arrives(first->second);
      on_the_way_.erase(first);
    }
    call_->pass(until - call_->now);
  }

 private:
  Conversation* call_;
  Phone* phone_;
  Weather weather_;
  SeededRandom random_{5};
  std::multimap<Instant, testing::Datagram> on_the_way_;
};

constexpr std::array weathers{Weather{0, 0ms},    Weather{1, 20ms},  Weather{5, 50ms},
                              Weather{10, 100ms}, Weather{20, 50ms}, Weather{2, 200ms}};

void expect_heard(const Ear& ear, const Weather& weather, std::size_t packets, double said) {
  EXPECT_NEAR(level(ear.last(6s)), said, weather.lost < 5 ? 1 : 2.5);
  // As many packets as time passed: the one who hears never waits for a packet of ours.
  EXPECT_NEAR(static_cast<double>(ear.headers.size()), static_cast<double>(packets), 30);
  expect_one_stream(ear.headers);
  const auto heard = ear.last(6s);
  if (weather.lost <= 1) {
    EXPECT_GT(deepest_gap(heard, Ear::rate), -22);
  }
}

template <class Talker, class Hearer>
void try_all(const Codec& said, const Codec& heard) {
  for (const Weather& weather : weathers) {
    SCOPED_TRACE(std::to_string(said.name()) + " " + std::to_string(heard.name()) + " lost " +
                 std::to_string(weather.lost) + " jitter " +
                 std::to_string(weather.jitter.count()));
    Conversation call;
    Talker siti(call, 11, "127.0.0.11:4000");
    Hearer budi(call, 12, "127.0.0.12:4000");
    siti.talks({said});
    budi.talks({heard});
    Mouth mouth(siti, said);
    mouth.expect_loss(weather.lost);
    Line line(call, siti, weather);
    Ear ear({heard});
    const Sound voice = vowel(mouth.rate(), codec::hertz(mouth.rate()) * 8);
    const double loudness = level(voice);
    for (std::size_t at = 0; at + mouth.frame() <= voice.size(); at += mouth.frame()) {
      line.send(mouth.packet(codec::Samples(voice).subspan(at, mouth.frame())));
      line.pass();
      ear.take(budi.hears());
    }
    expect_heard(ear, weather, 400, loudness);
  }
}

TEST(BadLine, OfABrowserIsBorneByADeskPhone) {
  try_all<WebPhone, DeskPhone>(opus(), pcmu());
}

TEST(BadLine, OfADeskPhoneIsBorneByABrowser) {
  try_all<DeskPhone, WebPhone>(pcma(), opus());
}

TEST(BadLine, OfADeskPhoneIsBorneByAnother) {
  try_all<DeskPhone, DeskPhone>(g722(), pcma());
}

TEST(BadLine, PacketsThatWereOvertakenGoOnToABrowserThatTakesTheirCodec) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  WebPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu()});
  budi.talks({pcmu()});
  std::vector<std::uint16_t> heard;
  for (int i = 0; i < 50; ++i) {
    const Packet first = siti.next(0);
    siti.sends(siti.next(0));
    siti.sends(first);
    for (const Packet& packet : budi.hears()) heard.push_back(packet.header.sequence);
  }
  EXPECT_EQ(heard.size(), 99U);  // there is nothing before the first one
}

TEST(BadLine, QualityTellsWhatWasLostAndLateAndWhatItIsWorth) {
  const auto score = [](const Weather& weather) {
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    DeskPhone budi(call, 12, "127.0.0.12:4000");
    siti.talks({pcmu()});
    budi.talks({pcma()});
    Mouth mouth(siti, pcmu());
    Line line(call, siti, weather);
    const Sound frame = sine(mouth.rate(), 500, 10, mouth.frame());
    for (int i = 0; i < 600; ++i) {
      line.send(mouth.packet(frame));
      line.pass();
    }
    media::v2::Quality last;
    for (const auto& event : call.events) {
      if (event.has_quality() && event.quality().port() == 11) last = event.quality();
    }
    return last;
  };
  const auto fine = score({});
  EXPECT_EQ(fine.codec(), Codec::NAME_PCMU);
  EXPECT_EQ(fine.from_phone().lost(), 0U);
  EXPECT_EQ(fine.from_phone().late(), 0U);
  EXPECT_NEAR(fine.from_phone().expected(), 250, 2);
  EXPECT_GT(fine.from_phone().mos(), 420U);
  const auto lossy = score({.lost = 10});
  EXPECT_NEAR(lossy.from_phone().lost(), 25, 15);
  EXPECT_LT(lossy.from_phone().mos(), 340U);
  const auto shaky = score({.jitter = 150ms});
  EXPECT_EQ(shaky.from_phone().lost(), 0U);
  EXPECT_GT(shaky.from_phone().jitter(), 20'000U);
  EXPECT_LT(shaky.from_phone().mos(), fine.from_phone().mos());
}

// Complaint 1: one-way sound after a change.
TEST(BadLine, SoundGoesOnThroughOtherSourcesNumbersAndPacketTimes) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({pcmu()});
  budi.talks({opus()});
  Ear ear({opus()});
  for (const auto time : {20ms, 40ms, 10ms, 60ms, 30ms, 20ms}) {
    Mouth mouth(siti, pcmu(), time);
    siti.header.ssrc += 77;
    siti.header.sequence = static_cast<std::uint16_t>(siti.header.sequence * 31 + 9);
    siti.header.timestamp *= 17;
    const Sound tone = sine(mouth.rate(), 800, 10, codec::hertz(mouth.rate()) * 3);
    for (std::size_t at = 0; at + mouth.frame() <= tone.size(); at += mouth.frame()) {
      mouth.say(codec::Samples(tone).subspan(at, mouth.frame()));
      call.pass(time);
      ear.take(budi.hears());
    }
    EXPECT_NEAR(level(ear.last(2s)), -10, 1) << time.count();
    EXPECT_GT(purity(ear.last(2s), Ear::rate, 800), -0.3) << time.count();
    EXPECT_GT(deepest_gap(ear.last(2s), Ear::rate), -3) << time.count();
  }
  expect_one_stream(ear.headers);
}

TEST(BadLine, AClockThatDriftsForTenMinutesLeavesNoGapAndNoDelay) {
  for (const auto error : {-4us, 4us}) {  // 200 millionths of 20 ms
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    DeskPhone budi(call, 12, "127.0.0.12:4000");
    siti.talks({pcmu()});
    budi.talks({pcma()});
    Mouth mouth(siti, pcmu());
    Ear ear({pcma()});
    const Sound voice = vowel(mouth.rate(), mouth.frame() * 100);
    for (std::size_t i = 0; i < 30'000; ++i) {
      mouth.say(codec::Samples(voice).subspan(i % 100 * mouth.frame(), mouth.frame()));
      call.pass(20ms + error);
      const auto heard = budi.hears();
      if (i >= 29'000) ear.take(heard);
    }
    EXPECT_NEAR(level(ear.last(15s)), level(voice), 1);
    // What is said now is heard soon.
    for (int i = 0; i < 4; ++i) {
      mouth.say(Sound(mouth.frame()));
      call.pass(20ms + error);
      ear.take(budi.hears());
    }
    EXPECT_LT(level(ear.last(10ms)), level(voice) - 20);
  }
}

/// A tone in every direction between a browser and a desk phone, each of which takes all codecs but
/// the other's.
TEST(EveryDirection, KeepsLevelPitchAndDelayBetweenBrowsersAndDeskPhones) {
  for (const Codec& desk_codec : {pcmu(), pcma(), g722()}) {
    Conversation call;
    WebPhone siti(call, 11, "127.0.0.11:5000");
    DeskPhone budi(call, 12, "127.0.0.12:4000");
    siti.talks({opus()});
    budi.talks({desk_codec});
    Mouth web(siti, opus());
    Mouth desk(budi, desk_codec);
    Ear at_web({opus()});
    Ear at_desk({desk_codec});
    const auto talk = [&](codec::Samples to_desk, codec::Samples to_web) {
      std::size_t at = 0;
      for (; (at + 1) * web.frame() <= to_desk.size(); ++at) {
        web.say(to_desk.subspan(at * web.frame(), web.frame()));
        desk.say(to_web.subspan(at * desk.frame(), desk.frame()));
        call.pass(20ms);
        at_web.take(siti.hears());
        at_desk.take(budi.hears());
      }
    };
    talk(Sound(48'000), Sound(codec::hertz(desk.rate())));
    const std::size_t web_began = at_web.sound.size();
    const std::size_t desk_began = at_desk.sound.size();
    talk(sine(web.rate(), 1'200, 6, 96'000),
         sine(desk.rate(), 700, 6, codec::hertz(desk.rate()) * 2));
    const auto first_loud = [](const Ear& ear, std::size_t from) {
      std::size_t at = from;
      while (at < ear.sound.size() && std::abs(ear.sound[at]) < 3'000) ++at;
      return at - from;
    };
    EXPECT_LE(first_loud(at_web, web_began), codec::samples_in(60ms, Ear::rate));
    EXPECT_LE(first_loud(at_desk, desk_began), codec::samples_in(60ms, Ear::rate));
    EXPECT_NEAR(level(at_desk.last(1s)), -6, 1);
    EXPECT_NEAR(level(at_web.last(1s)), -6, 1);
    EXPECT_GT(purity(at_desk.last(1s), Ear::rate, 1'200), -0.3);
    EXPECT_GT(purity(at_web.last(1s), Ear::rate, 700), -0.3);
  }
}

TEST(EveryDirection, TheLoudestSoundIsNotTurnedOver) {
  for (const Codec& said : {pcmu(), pcma(), g722(), opus()}) {
    for (const Codec& heard : {pcmu(), pcma(), g722(), opus()}) {
      if (said.name() == heard.name()) continue;
      Conversation call;
      DeskPhone siti(call, 11, "127.0.0.11:4000");
      DeskPhone budi(call, 12, "127.0.0.12:4000");
      siti.talks({said});
      budi.talks({heard});
      Mouth mouth(siti, said);
      Ear ear({heard});
      const Sound tone = sine(mouth.rate(), 300, 0, codec::hertz(mouth.rate()) * 2);
      for (std::size_t at = 0; at + mouth.frame() <= tone.size(); at += mouth.frame()) {
        mouth.say(codec::Samples(tone).subspan(at, mouth.frame()));
        call.pass(20ms);
        ear.take(budi.hears());
      }
      EXPECT_NEAR(level(ear.last(1s)), 0, 1);
      EXPECT_LT(greatest_step(ear.last(1s)), 6'000) << said.name() << heard.name();
    }
  }
}

}  // namespace
}  // namespace dering::engine
