// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "base/testing/allocations.h"
#include "engine/testing/voice.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using codec::Rate;
using namespace codec::testing;
using media::v2::Codec;
using namespace testing;

const std::array all{pcmu(), pcma(), g722(), opus()};

/// A phone that speaks one codec and one that hears another.
struct Call {
  Codec from;
  Codec to;
  Conversation call;
  DeskPhone siti{call, 11, "127.0.0.11:4000"};
  DeskPhone budi{call, 12, "127.0.0.12:4000"};
  Mouth<DeskPhone> mouth{siti, from};
  Ear ear{to};

  Call(Codec its_from, Codec its_to) : from(std::move(its_from)), to(std::move(its_to)) {
    siti.talks({from});
    budi.talks({to});
  }
  void say(const Sound& sound) {
    for (std::size_t at = 0; at + mouth.frame() <= sound.size(); at += mouth.frame()) {
      mouth.say(codec::Samples(sound).subspan(at, mouth.frame()));
      listen();
    }
  }
  void listen() {
    call.pass(20ms);
    ear.take(budi.hears());
  }
};

class EveryPair : public ::testing::TestWithParam<std::pair<int, int>> {};

INSTANTIATE_TEST_SUITE_P(OfCodecs, EveryPair, ::testing::ValuesIn([] {
                           std::vector<std::pair<int, int>> pairs;
                           for (int from = 0; from < 4; ++from) {
                             for (int to = 0; to < 4; ++to) pairs.emplace_back(from, to);
                           }
                           return pairs;
                         }()));

// Complaint 5: wrong or distorted sound between codecs.
TEST_P(EveryPair, KeepsTheLevelAndTheFrequencyOfATone) {
  Call it(all[static_cast<std::size_t>(GetParam().first)],
          all[static_cast<std::size_t>(GetParam().second)]);
  const Sound tone = sine(it.mouth.rate(), 1000, 10, codec::hertz(it.mouth.rate()) * 2);
  it.say(tone);
  const auto heard = it.ear.last(1000ms);
  ASSERT_EQ(heard.size(), 48'000U);
  EXPECT_NEAR(level(heard), -10, 1);
  EXPECT_GT(purity(heard, Ear::rate, 1000), -0.3);
  EXPECT_GT(deepest_gap(heard, Ear::rate), -3);
  expect_one_stream(it.ear.headers);
}

TEST_P(EveryPair, AddsAtMostSixtyMilliseconds) {
  Call it(all[static_cast<std::size_t>(GetParam().first)],
          all[static_cast<std::size_t>(GetParam().second)]);
  it.say(Sound(codec::hertz(it.mouth.rate())));
  const std::size_t silence = it.ear.sound.size();
  it.say(sine(it.mouth.rate(), 1000, 6, codec::hertz(it.mouth.rate()) / 2));
  std::size_t begins = silence;
  while (begins < it.ear.sound.size() && std::abs(it.ear.sound[begins]) < 3000) ++begins;
  EXPECT_LE(begins - silence, codec::samples_in(60ms, Ear::rate));
}

TEST(Transcoding, TheSoundOfAPhoneIsNotDecodedWhereTheOtherTakesItsCodec) {
  Call it(opus(111), opus(96));
  it.say(sine(Rate::fullband, 1000, 10, 48'000));
  for (const rtp::Header& header : it.ear.headers) EXPECT_EQ(header.payload_type, 96);
  EXPECT_EQ(it.ear.headers.size(), 50U);
}

// Complaint 4: a change of codec must not stop the sound.
TEST(Transcoding, APhoneMayChangeItsCodecInTheMiddleOfACall) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({opus(), pcma(), g722()});
  budi.talks({pcma()});
  Ear ear({pcma()});
  for (const Codec& codec : {opus(), pcma(), g722(), opus()}) {
    Mouth mouth(siti, codec);
    const Sound tone = sine(mouth.rate(), 800, 10, codec::hertz(mouth.rate()) * 2);
    for (std::size_t at = 0; at + mouth.frame() <= tone.size(); at += mouth.frame()) {
      mouth.say(codec::Samples(tone).subspan(at, mouth.frame()));
      call.pass(20ms);
      ear.take(budi.hears());
    }
    EXPECT_NEAR(level(ear.last(1000ms)), -10, 1) << codec.name();
    EXPECT_GT(deepest_gap(ear.last(1000ms), Ear::rate), -3) << codec.name();
  }
  expect_one_stream(ear.headers);
}

TEST(Transcoding, PacketsAreAsLongAsTheHearerWants) {
  for (const std::uint32_t ptime : {10U, 20U, 30U, 40U, 60U}) {
    Conversation call;
    DeskPhone siti(call, 11, "127.0.0.11:4000");
    DeskPhone budi(call, 12, "127.0.0.12:4000");
    siti.talks({opus()});
    auto& stream = *budi.open.mutable_open_port()->mutable_stream();
    stream = testing::stream(12, {pcmu()});
    stream.set_ptime(ptime);
    call.command(budi.open);
    call.command(testing::join(12, true, true));
    Mouth mouth(siti, opus());
    std::size_t bytes = 0;
    for (int i = 0; i < 100; ++i) {
      mouth.say(Sound(960));
      call.pass(20ms);
      for (const Packet& packet : budi.hears()) {
        EXPECT_EQ(packet.payload.size(), ptime * 8);
        bytes += packet.payload.size();
      }
    }
    EXPECT_NEAR(static_cast<double>(bytes), 16'000, 1000) << ptime;
  }
}

TEST(Transcoding, LostPacketsAreConcealedAndLateOnesLeaveNoClick) {
  Call it(opus(), pcmu());
  const Sound tone = sine(Rate::fullband, 600, 10, 48'000 * 4);
  std::vector<Packet> held;
  for (std::size_t i = 0; (i + 1) * 960 <= tone.size(); ++i) {
    Packet packet = it.mouth.packet(codec::Samples(tone).subspan(i * 960, 960));
    if (i % 20 == 7) {
      // lost
    } else if (i % 20 == 13) {
      held.push_back(packet);
    } else {
      it.siti.sends(packet);
      for (const Packet& late : std::exchange(held, {})) it.siti.sends(late);
    }
    it.listen();
  }
  EXPECT_NEAR(level(it.ear.last(2000ms)), -10, 1.5);
  EXPECT_GT(deepest_gap(it.ear.last(2000ms), Ear::rate), -20);
  expect_one_stream(it.ear.headers);
}

TEST(Transcoding, ABrowserAndADeskPhoneHearEachOther) {
  Conversation call;
  WebPhone siti(call, 11, "127.0.0.11:5000");
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.talks({opus()});
  budi.talks({pcma()});
  Mouth web(siti, opus());
  Mouth desk(budi, pcma());
  Ear at_web({opus()});
  Ear at_desk({pcma()});
  const Sound high = sine(Rate::fullband, 1200, 10, 48'000 * 2);
  const Sound low = sine(Rate::narrowband, 500, 10, 16'000);
  for (std::size_t i = 0; i < 100; ++i) {
    web.say(codec::Samples(high).subspan(i * 960, 960));
    desk.say(codec::Samples(low).subspan(i * 160, 160));
    call.pass(20ms);
    at_web.take(siti.hears());
    at_desk.take(budi.hears());
  }
  EXPECT_GT(purity(at_desk.last(1000ms), Ear::rate, 1200), -0.3);
  EXPECT_NEAR(level(at_desk.last(1000ms)), -10, 1);
  EXPECT_GT(purity(at_web.last(1000ms), Ear::rate, 500), -0.3);
  EXPECT_NEAR(level(at_web.last(1000ms)), -10, 1);
}

// Hostile input C6.
TEST(Transcoding, PayloadsThatNoDecoderTakesAreOutlived) {
  for (const Codec& from : all) {
    const Codec& to = from.name() == Codec::NAME_PCMU ? all[1] : all[0];
    Call it(from, to);
    SeededRandom random(7);
    for (int i = 0; i < 300; ++i) {
      Packet packet =
          it.siti.next(static_cast<std::uint8_t>(from.payload_type()), from.clock_rate() / 50);
      packet.payload.resize(i % 5 == 0 ? 0 : i % 5 == 1 ? 1460 : random.below(400));
      random.fill(packet.payload);
      it.siti.sends(packet);
      it.listen();
    }
    it.say(sine(it.mouth.rate(), 1000, 10, codec::hertz(it.mouth.rate()) * 3));
    EXPECT_NEAR(level(it.ear.last(1000ms)), -10, 1) << from.name();
  }
}

TEST(Transcoding, APhoneThatSaysNothingMoreIsNotMadeUpForEver) {
  Call it(opus(), pcmu());
  it.say(sine(Rate::fullband, 600, 10, 48'000));
  for (int i = 0; i < 200; ++i) it.listen();
  const std::size_t packets = it.ear.headers.size();
  for (int i = 0; i < 100; ++i) it.listen();
  EXPECT_EQ(it.ear.headers.size(), packets);
  it.say(sine(Rate::fullband, 600, 10, 48'000));
  EXPECT_NEAR(level(it.ear.last(500ms)), -10, 1);
  expect_one_stream(it.ear.headers);
}

TEST(Transcoding, TakesNoMemoryForAPacketOrAFrame) {
  Call it(opus(), pcmu());
  const Sound tone = sine(Rate::fullband, 600, 10, 48'000 * 3);
  it.say(tone);
  std::vector<Datagram> packets;
  for (std::size_t i = 0; i < 100; ++i) {
    packets.push_back(it.mouth.packet(codec::Samples(tone).subspan(i * 960, 960)).bytes());
  }
  const ice::Path path{it.siti.address(), *SocketAddress::from_text("127.0.0.1", it.siti.udp_port)};
  it.call.pass(5s);
  std::uint64_t most = 0;
  for (Datagram& packet : packets) {
    const auto before = dering::testing::allocations();
    it.call.patchbay.on_datagram(packet, path, it.call.now, it.call.out);
    it.call.now += 20ms;
    it.call.patchbay.on_time(it.call.now, it.call.out);
    const auto taken = dering::testing::allocations() - before;
    // A report tells of quality, which is an event, each five seconds.
    if (it.call.out.events.empty()) most = std::max(most, taken);
    it.call.out.clear_packets();
    it.call.out.events.clear();
  }
  EXPECT_EQ(most, 0U);
}

}  // namespace
}  // namespace dering::engine
