// SPDX-License-Identifier: Apache-2.0
#include "jitter/jitter_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/random.h"
#include "base/testing/allocations.h"

namespace dering::jitter {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const Instant start = Instant{} + 1h;

/// A stream of numbered packets at 8 kHz, and a listener that wants 20 ms each 20 ms.
class World {
 public:
  explicit World(const JitterBuffer::Settings& settings = {})
      : buffer(settings), clock(settings.clock_rate) {}

  /// Sends the next packet, to arrive after so much time; nothing: it is lost.
  void send(std::optional<Duration> transit, milliseconds time = 20ms) {
    if (transit) on_the_way.insert({sent_at + *transit, packet(time)});
    ++sequence;
    timestamp += units(time);
    sent_at += time;
  }
  void send(std::size_t count, Duration transit, milliseconds time = 20ms) {
    for (std::size_t n = 0; n < count; ++n) send(transit, time);
  }
  /// The other side is silent.
  void pause(milliseconds time) {
    timestamp += units(time);
    sent_at += time;
  }
  Arrival packet(milliseconds time) const {
    return {.header = {.sequence = sequence, .timestamp = timestamp, .ssrc = ssrc},
            .payload = payload,
            .duration = units(time)};
  }
  std::uint32_t units(milliseconds time) const {
    return clock / 1'000 * static_cast<std::uint32_t>(time.count());
  }

  /// Lets time pass, in steps of the listener, until all that was sent has come and been heard.
  void listen() { listen_until(sent_at + 1s); }
  void listen_until(Instant end) {
    for (; now < end; now += 20ms) {
      deliver();
      tick();
    }
  }
  void deliver() {
    while (!on_the_way.empty() && on_the_way.begin()->first <= now) {
      const auto& [at, arrival] = *on_the_way.begin();
      verdicts.push_back(buffer.on_packet(arrival, at));
      on_the_way.erase(on_the_way.begin());
    }
  }
  void tick() {
    const std::uint32_t frame = units(20ms);
    while (ready < frame) {
      const Piece piece = buffer.take(now, Duration(std::int64_t{ready} * 1'000'000'000 / clock));
      if (piece.kind == Piece::Kind::noise) continue;
      if (piece.kind == Piece::Kind::nothing) {
        ++silences;
        ready = frame;
        break;
      }
      pieces.push_back(piece);
      (piece.kind == Piece::Kind::sound ? heard : made_up) += piece.duration;
      if (piece.kind == Piece::Kind::lost && !piece.payload.empty()) ++recoverable;
      ready += piece.duration;
      if (follows_pace && piece.pace == Pace::shorten) ready -= units(5ms);
      if (follows_pace && piece.pace == Pace::lengthen) ready += units(5ms);
    }
    ready -= frame;
    longest_delay = std::max(longest_delay, buffer.delay());
  }

  JitterBuffer buffer;
  std::uint32_t clock;
  std::vector<std::uint8_t> payload = std::vector<std::uint8_t>(160, 1);
  std::uint16_t sequence = 65'500;
  std::uint32_t timestamp = 0xFFFF'F000;
  std::uint32_t ssrc = 7;
  Instant sent_at = start;
  Instant now = start + 3ms;
  std::multimap<Instant, Arrival> on_the_way;
  std::vector<Verdict> verdicts;
  std::vector<Piece> pieces;
  std::uint32_t ready = 0;
  std::uint64_t heard = 0;
  std::uint64_t made_up = 0;
  int recoverable = 0;
  int silences = 0;
  Duration longest_delay{};
  bool follows_pace = true;
};

TEST(JitterBuffer, GivesAnEvenStreamWholeWithLittleDelay) {
  World world;
  world.send(500, 30ms);
  world.listen();
  EXPECT_EQ(world.heard, 500U * 160);
  // Only at the end the stream stops without a word.
  EXPECT_LE(world.made_up, 120U * 8);
  EXPECT_EQ(world.buffer.counters().lost, 0U);
  EXPECT_EQ(world.buffer.counters().received, 500U);
  EXPECT_LE(world.longest_delay, 45ms);
}

TEST(JitterBuffer, PutsPacketsInOrderThatOvertookEachOther) {
  World world;
  world.send(20, 10ms);
  for (int n = 0; n < 100; ++n) world.send(n % 3 == 0 ? 35ms : 10ms);
  world.send(20, 10ms);
  world.listen();
  EXPECT_EQ(world.heard, 140U * 160);
  EXPECT_EQ(world.buffer.counters().lost - world.buffer.counters().late, 0U);
  EXPECT_LE(world.buffer.counters().late, 2U);
}

TEST(JitterBuffer, TheFirstPacketOfAllMayBeOvertakenToo) {
  World world;
  world.send(25ms);
  world.send(1ms);
  world.send(50, 10ms);
  world.listen();
  EXPECT_EQ(world.heard, 52U * 160);
  EXPECT_EQ(world.buffer.counters().lost, 0U);
}

TEST(JitterBuffer, CountsWhatComesTwiceAndHearsItOnce) {
  World world;
  for (int n = 0; n < 100; ++n) {
    world.on_the_way.insert({world.sent_at + 12ms, world.packet(20ms)});
    if (n % 10 == 0) world.on_the_way.insert({world.sent_at + 300ms, world.packet(20ms)});
    world.send(10ms);
  }
  world.listen();
  EXPECT_EQ(world.heard, 100U * 160);
  EXPECT_EQ(world.buffer.counters().duplicate, 110U);
  EXPECT_EQ(world.buffer.counters().late, 0U);
}

TEST(JitterBuffer, ALostPacketIsMadeUpForExactlyItsTimeFromTheNextOne) {
  World world;
  for (int n = 0; n < 300; ++n) {
    if (n % 10 == 5) {
      world.send(std::nullopt);
    } else {
      world.send(10ms);
    }
  }
  world.send(1, 10ms);
  world.listen_until(world.sent_at + 60ms);
  EXPECT_EQ(world.heard, 271U * 160);
  EXPECT_EQ(world.buffer.counters().lost, 30U);
  EXPECT_EQ(world.buffer.counters().late, 0U);
  // Where the buffer ran dry first, half was made up before the next one came.
  EXPECT_LE(world.made_up, 31U * 160);
  EXPECT_GE(world.recoverable, 25);
}

TEST(JitterBuffer, OfSeveralLostOnesTheLastHasTheFollowingPacket) {
  World world({.least_delay = 100ms});
  world.send(50, 10ms);
  for (int n = 0; n < 3; ++n) world.send(std::nullopt);
  world.payload.assign(160, 9);
  world.send(50, 10ms);
  world.listen_until(world.sent_at);
  std::vector<Piece> lost;
  std::ranges::copy_if(world.pieces, std::back_inserter(lost),
                       [](const Piece& piece) { return piece.kind == Piece::Kind::lost; });
  ASSERT_EQ(lost.size(), 3U);
  EXPECT_TRUE(lost[0].payload.empty());
  EXPECT_TRUE(lost[1].payload.empty());
  EXPECT_EQ(lost[2].payload.size(), 160U);
  for (const Piece& piece : lost) EXPECT_EQ(piece.duration, 160U);
  EXPECT_EQ(world.buffer.counters().lost, 3U);
  EXPECT_EQ(world.buffer.counters().concealed, 60ms);
}

TEST(JitterBuffer, CountsWhatComesTooLate) {
  World world;
  world.send(100, 10ms);
  world.send(300ms);
  world.send(100, 10ms);
  world.listen();
  EXPECT_EQ(world.buffer.counters().late, 1U);
  EXPECT_EQ(world.buffer.counters().lost, 1U);
  EXPECT_EQ(std::ranges::count(world.verdicts, Verdict::late), 1);
}

TEST(JitterBuffer, TakesAPauseForNoLoss) {
  for (const auto pause : {40ms, 200ms, 5'000ms}) {
    World world;
    for (int talk = 0; talk < 10; ++talk) {
      world.send(50, 10ms);
      world.pause(pause);
    }
    world.listen();
    EXPECT_EQ(world.heard, 500U * 160) << pause.count();
    EXPECT_EQ(world.buffer.counters().lost, 0U);
    EXPECT_EQ(world.buffer.counters().restarts, 0U);
    EXPECT_LE(world.longest_delay, 60ms);
  }
}

TEST(JitterBuffer, NoiseEndsSoundAtOnceAndNothingIsMadeUpInIt) {
  World world;
  for (int talk = 0; talk < 5; ++talk) {
    world.send(50, 10ms);
    Arrival noise = world.packet(20ms);
    noise.carries = Carries::noise;
    noise.duration = 0;
    world.on_the_way.insert({world.sent_at + 10ms, noise});
    ++world.sequence;
    world.pause(700ms);
  }
  world.listen();
  EXPECT_EQ(world.heard, 250U * 160);
  EXPECT_EQ(world.made_up, 0U);
  EXPECT_EQ(world.buffer.counters().lost, 0U);
}

TEST(JitterBuffer, TelephoneEventsAreNoLossAndNoSound) {
  for (const bool sound_goes_on : {false, true}) {
    World world;
    for (int key = 0; key < 10; ++key) {
      world.send(20, 10ms);
      const std::uint32_t began = world.timestamp;
      for (int n = 0; n < 12; ++n) {
        Arrival event = world.packet(20ms);
        event.header.timestamp = began;
        event.carries = Carries::event;
        event.duration = 0;
        world.on_the_way.insert({world.sent_at + 10ms, event});
        ++world.sequence;
        if (sound_goes_on) {
          world.send(10ms);
        } else {
          world.pause(20ms);
        }
      }
    }
    world.send(20, 10ms);
    world.listen_until(world.sent_at);
    EXPECT_GE(world.heard, (218U + (sound_goes_on ? 120U : 0U)) * 160);
    EXPECT_EQ(world.made_up, 0U);
    EXPECT_EQ(world.buffer.counters().lost, 0U);
  }
}

TEST(JitterBuffer, FollowsAnotherSourceAndJumpsOfBothNumbers) {
  struct Jump {
    std::uint32_t ssrc;
    int sequence;
    std::int64_t timestamp;
  };
  for (const Jump& jump :
       {Jump{8, 0, 0}, Jump{8, 30'000, 1LL << 31}, Jump{7, 0, 1'000'000'000},
        Jump{7, 0, -2'000'000'000}, Jump{7, 20'000, 0}, Jump{7, -20'000, 7}, Jump{7, -50, 900'000},
        Jump{7, -50, -900'000}, Jump{7, -5, 160}, Jump{7, 300, 999'999}}) {
    World world;
    world.send(100, 10ms);
    world.ssrc = jump.ssrc;
    world.sequence = static_cast<std::uint16_t>(world.sequence + jump.sequence);
    world.timestamp = static_cast<std::uint32_t>(world.timestamp + jump.timestamp);
    world.send(100, 10ms);
    world.listen();
    SCOPED_TRACE(fmt::format("{} {} {}", jump.ssrc, jump.sequence, jump.timestamp));
    // The packet that was not believed, and what was still to be heard at the jump.
    EXPECT_GE(world.heard, 195U * 160);
    EXPECT_LE(world.buffer.counters().restarts, 1U);
    EXPECT_LE(world.longest_delay, 60ms);
  }
}

TEST(JitterBuffer, TwoSourcesAtOnceDoNotSilenceTheOneThatWasThere) {
  World world;
  for (int n = 0; n < 200; ++n) {
    Arrival other = world.packet(20ms);
    other.header = {.sequence = static_cast<std::uint16_t>(n),
                    .timestamp = 5U + static_cast<unsigned>(n) * 160,
                    .ssrc = 99};
    world.on_the_way.insert({world.sent_at + 15ms, other});
    world.send(10ms);
  }
  world.listen();
  EXPECT_EQ(world.heard, 200U * 160);
  EXPECT_EQ(world.buffer.counters().refused, 200U);
}

TEST(JitterBuffer, SoundComesBackAfterAHoldInWhichTimestampsStoodStill) {
  World world;
  world.send(100, 10ms);
  world.sent_at += 30s;
  world.send(100, 10ms);
  world.listen();
  EXPECT_EQ(world.heard, 200U * 160);
  EXPECT_LE(world.longest_delay, 60ms);
}

TEST(JitterBuffer, PacketsOfManyLengthsFollowEachOtherWithoutASeam) {
  World world;
  constexpr std::array times{10ms, 60ms, 20ms, 40ms, 30ms, 20ms, 50ms};
  std::uint64_t sent = 0;
  for (int n = 0; n < 500; ++n) {
    const auto time = times[static_cast<std::size_t>(n / 3) % times.size()];
    // A packet leaves when its sound has been spoken.
    world.send(time + 10ms, time);
    sent += world.units(time);
  }
  world.listen_until(world.sent_at);
  EXPECT_GE(world.heard, sent - world.units(120ms));
  EXPECT_LE(world.made_up, world.units(120ms));
  EXPECT_EQ(world.buffer.counters().lost, 0U);
  EXPECT_LE(world.longest_delay, 120ms);
}

TEST(JitterBuffer, TheDelayFollowsTheJitterUpAndDownAgain) {
  World world;
  SeededRandom random(3);
  const auto jittered = [&](int count, std::uint64_t most) {
    const auto lost = world.buffer.counters().lost;
    for (int n = 0; n < count; ++n) world.send(10ms + milliseconds(random.below(most + 1)));
    world.listen_until(world.sent_at);
    return world.buffer.counters().lost - lost;
  };
  jittered(500, 5);
  EXPECT_LE(world.buffer.delay(), 50ms);
  jittered(250, 200);
  EXPECT_LE(jittered(2'000, 200), 2'000 * 4 / 100);
  EXPECT_GE(world.buffer.delay(), 150ms);
  EXPECT_LE(world.buffer.delay(), 250ms);
  jittered(3'000, 5);
  EXPECT_LE(world.buffer.delay(), 50ms);
}

/// Whatever the first packets of the jitter were, and wherever in a frame packets end.
TEST(JitterBuffer, NearlyAllAreInTimeOnceItKnowsTheJitter) {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    World world;
    SeededRandom random(100 + seed);
    const auto late_of = [&](std::uint64_t count) {
      const std::uint64_t late = world.buffer.counters().late;
      for (std::uint64_t n = 0; n < count; ++n) world.send(milliseconds(random.below(201)));
      world.listen_until(world.sent_at);
      return world.buffer.counters().late - late;
    };
    world.send(50, 10ms);
    world.listen_until(world.sent_at);
    late_of(100);
    EXPECT_LE(late_of(650), 650U * 2 / 100) << "seed " << seed;
    EXPECT_LE(world.buffer.delay(), 230ms) << "seed " << seed;
  }
}

TEST(JitterBuffer, NeverDelaysByMoreThanTheBound) {
  for (const bool follows_pace : {true, false}) {
    World world({.most_delay = 200ms});
    world.follows_pace = follows_pace;
    SeededRandom random(4);
    for (int n = 0; n < 2'000; ++n) world.send(10ms + milliseconds(random.below(900)));
    world.listen_until(world.sent_at);
    EXPECT_LE(world.longest_delay, 220ms);
    EXPECT_GT(world.heard, 0U);
  }
}

TEST(JitterBuffer, ALongHoleIsLeftOutInPlaceOfPuttingOffWhatFollows) {
  JitterBuffer buffer({});
  Instant now = Instant{} + 1h;
  Arrival arrival{.header = {.ssrc = 1}, .payload = Bytes(), .duration = 960};
  const std::array<std::uint8_t, 160> payload{};
  arrival.payload = payload;
  for (int i = 0; i < 40; ++i) {
    ++arrival.header.sequence;
    arrival.header.timestamp += 960;
    now += 120ms;
    buffer.on_packet(arrival, now);
    buffer.take(now + 30ms);
    if (i % 10 != 9) continue;
    arrival.header.sequence += 7;
    arrival.header.timestamp += 7 * 960;
    for (int n = 0; n < 30; ++n) {
      buffer.take(now + 30ms);
      EXPECT_LE(buffer.delay(), 400ms);
    }
  }
}

TEST(JitterBuffer, AnOutageOfTheNetworkIsOverWhenItIsOver) {
  for (const auto outage : {200ms, 900ms, 3'000ms}) {
    World world;
    world.send(200, 10ms);
    // What was sent in it comes all at once at its end.
    const Instant end = world.sent_at + outage;
    while (world.sent_at < end) world.send(end - world.sent_at + 10ms);
    world.send(1'500, 10ms);
    world.listen_until(world.sent_at);
    SCOPED_TRACE(outage.count());
    EXPECT_LE(world.buffer.delay(), 60ms);
    EXPECT_GE(world.heard, 1'650U * 160);
  }
}

/// A sender's clock that is fast or slow by so many millionths.
Duration drifted(std::uint64_t n, int ppm) {
  return Duration(static_cast<std::int64_t>(n) * 20 * -ppm);
}

TEST(JitterBuffer, ClocksThatDriftForTwoHoursLeaveTheDelayBounded) {
  for (const int ppm : {200, -200}) {
    World world;
    SeededRandom random(5);
    Duration longest_later{};
    const std::uint64_t count = 2 * 3600 * 50;
    for (std::uint64_t n = 0; n < count; ++n) {
      world.send(2s + drifted(n, ppm) + milliseconds(random.below(10)));
      if (n % 500 == 0) {
        world.longest_delay = {};
        world.listen_until(world.sent_at);
        if (n > 1'000) longest_later = std::max(longest_later, world.longest_delay);
      }
    }
    EXPECT_LE(longest_later, 70ms) << ppm;
    EXPECT_LE(world.buffer.counters().lost, 20U);
    EXPECT_LE(world.buffer.counters().dropped, 20U);
    EXPECT_LE(world.buffer.counters().restarts, 0U);
  }
}

TEST(JitterBuffer, WhoDoesNotKeepThePaceLosesPacketsButTheDelayStaysBounded) {
  World world;
  world.follows_pace = false;
  for (std::uint64_t n = 0; n < 200'000; ++n) {
    world.send(2s + drifted(n, 200));
    if (n % 500 == 0) world.listen_until(world.sent_at);
  }
  EXPECT_LE(world.longest_delay, 420ms);
  EXPECT_LE(world.buffer.counters().dropped, 200U);
}

TEST(JitterBuffer, C6HoldsNoMoreThanItsRoomAndAsksForNoMemory) {
  JitterBuffer buffer({.clock_rate = 48'000});
  const std::vector<std::uint8_t> payload(1'500, 1);
  Arrival arrival{.header = {.ssrc = 1}, .payload = payload, .duration = 960};
  Instant now = start;
  const auto before = dering::testing::allocations();
  for (int n = 0; n < 100'000; ++n) {
    ++arrival.header.sequence;
    arrival.header.timestamp += 960;
    buffer.on_packet(arrival, now);
    if (n % 7 == 0) buffer.take(now);
    now += 1ms;
  }
  EXPECT_EQ(dering::testing::allocations(), before);
  EXPECT_GT(buffer.counters().dropped, 1'000U);
}

TEST(JitterBuffer, C6RefusesWhatNoPacketCanBe) {
  JitterBuffer buffer({});
  const std::vector<std::uint8_t> much(1'501);
  EXPECT_EQ(buffer.on_packet({.payload = much, .duration = 160}, start), Verdict::malformed);
  EXPECT_EQ(buffer.on_packet({.duration = 0}, start), Verdict::malformed);
  EXPECT_EQ(buffer.on_packet({.duration = 961}, start), Verdict::malformed);
  EXPECT_EQ(buffer.on_packet({.duration = 960}, start), Verdict::kept);
  EXPECT_EQ(buffer.counters().refused, 3U);
}

TEST(JitterBuffer, C6PacketsOfAnyNumbersChangeNothingForTheStreamThatGoesOn) {
  World world;
  SeededRandom random(6);
  for (int n = 0; n < 500; ++n) {
    for (int strange = 0; strange < 20; ++strange) {
      Arrival arrival = world.packet(20ms);
      arrival.header.sequence =
          static_cast<std::uint16_t>(arrival.header.sequence + 2'000 + random.below(60'000));
      arrival.header.timestamp = static_cast<std::uint32_t>(random.number());
      world.on_the_way.insert({world.sent_at + 11ms, arrival});
    }
    world.send(10ms);
  }
  world.listen();
  EXPECT_GE(world.heard, 490U * 160);
}

TEST(PayloadStore, GivesBackWhatWasPutUntilThereIsNoRoom) {
  PayloadStore store;
  SeededRandom random(8);
  std::vector<std::pair<PayloadStore::Handle, std::vector<std::uint8_t>>> kept;
  std::vector<std::uint8_t> out(1'500);
  int refused = 0;
  for (int n = 0; n < 5'000; ++n) {
    if (random.below(2) == 0 && !kept.empty()) {
      const std::size_t which = random.below(kept.size());
      store.drop(kept[which].first);
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      std::vector<std::uint8_t> payload(random.below(1'501));
      random.fill(payload);
      const auto handle = store.put(payload);
      refused += handle ? 0 : 1;
      if (handle) kept.emplace_back(*handle, payload);
    }
    for (const auto& [handle, payload] : kept) {
      const Bytes given = store.get(handle, out);
      ASSERT_TRUE(std::ranges::equal(given, payload));
    }
  }
  EXPECT_GT(refused, 0);
  for (const auto& [handle, payload] : kept) store.drop(handle);
  EXPECT_EQ(store.free_blocks(), PayloadStore::block_count);
}

}  // namespace

}  // namespace dering::jitter
