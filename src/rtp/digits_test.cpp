// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "rtp/digit_receiver.h"
#include "rtp/digit_sender.h"

namespace dering::rtp {
namespace {

using namespace std::chrono_literals;

const Instant start = Instant{} + 1h;

/// A packet on its way.
struct Sent {
  Header header;
  std::array<std::uint8_t, telephone_event_size> payload{};
  Instant at{};
};

/// What a phone sends of its keys, 20 ms between packets of sound.
struct Phone {
  explicit Phone(const DigitSender::Settings& settings)
      : sender(settings), clock(settings.stream_clock) {}

  std::vector<Sent> until_idle() {
    std::vector<Sent> all;
    while (!sender.is_idle()) {
      if (const auto packet = sender.next(timestamp, 20ms)) {
        Sent sent{.header = {.marker = packet->marker,
                             .sequence = sequence,
                             .timestamp = packet->timestamp,
                             .ssrc = 5},
                  .at = now};
        write_telephone_event(packet->event, sent.payload);
        all.push_back(sent);
      }
      ++sequence;
      timestamp += clock / 50;
      now += 20ms;
    }
    return all;
  }

  DigitSender sender;
  std::uint32_t clock;
  std::uint32_t timestamp = 0xFFFF'FFF0;
  std::uint16_t sequence = 65'530;
  Instant now = start;
};

struct Listener {
  explicit Listener(std::uint32_t clock) : receiver(clock) {}

  void hear(const Sent& sent) {
    while (receiver.next_deadline() && *receiver.next_deadline() <= sent.at)
      take(receiver.on_time(*receiver.next_deadline()));
    take(receiver.on_packet(sent.header, sent.payload, sent.at));
  }
  void end() {
    while (receiver.next_deadline()) take(receiver.on_time(*receiver.next_deadline()));
  }
  void take(const std::optional<Digit>& digit) {
    if (!digit) return;
    keys += digit->key;
    durations.push_back(digit->duration);
  }

  DigitReceiver receiver;
  std::string keys;
  std::vector<std::chrono::milliseconds> durations;
};

constexpr std::array<DigitSender::Settings, 3> clocks{
    DigitSender::Settings{},
    {.event_clock = 48'000, .stream_clock = 48'000},
    {.event_clock = 8'000, .stream_clock = 48'000}};

TEST(TelephoneEvent, IsReadAndWrittenTheSame) {
  for (int event = 0; event < 256; ++event) {
    const TelephoneEvent written{.event = static_cast<std::uint8_t>(event),
                                 .is_end = event % 2 == 0,
                                 .volume = static_cast<std::uint8_t>(event % 64),
                                 .duration = static_cast<std::uint16_t>(event * 257)};
    std::array<std::uint8_t, telephone_event_size> payload{};
    write_telephone_event(written, payload);
    EXPECT_EQ(read_telephone_event(payload), written);
  }
  const std::vector<std::uint8_t> payload{1, 0x8A, 3, 4, 9, 9, 9, 9};
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_EQ(read_telephone_event(Bytes(payload).first(size)).has_value(), size >= 4);
  }
}

TEST(TelephoneEvent, KeysHaveTheNumbersOfRfc4733) {
  EXPECT_EQ(event_of('0'), 0);
  EXPECT_EQ(event_of('9'), 9);
  EXPECT_EQ(event_of('*'), 10);
  EXPECT_EQ(event_of('#'), 11);
  EXPECT_EQ(event_of('a'), 12);
  EXPECT_EQ(event_of('D'), 15);
  EXPECT_EQ(event_of('E'), std::nullopt);
  EXPECT_EQ(event_of('\0'), std::nullopt);
  EXPECT_EQ(key_of(11), '#');
  EXPECT_EQ(key_of(16), std::nullopt);
}

TEST(DigitSender, SendsAPacketEach20MillisecondsAndTheEndThreeTimes) {
  for (const auto& settings : clocks) {
    Phone phone(settings);
    ASSERT_TRUE(phone.sender.press('5', 100ms));
    const auto sent = phone.until_idle();
    ASSERT_EQ(sent.size(), 7U);
    for (std::size_t n = 0; n < sent.size(); ++n) {
      const auto event = *read_telephone_event(sent[n].payload);
      EXPECT_EQ(sent[n].header.marker, n == 0);
      EXPECT_EQ(sent[n].header.timestamp, 0xFFFF'FFF0);
      EXPECT_EQ(event.event, 5);
      EXPECT_EQ(event.is_end, n >= 4);
      EXPECT_EQ(event.duration, settings.event_clock / 50 * std::min<std::size_t>(n + 1, 5));
      EXPECT_EQ(sent[n].at, start + n * 20ms);
    }
  }
}

TEST(DigitSender, LeavesAPauseBetweenKeysInWhichSoundIsSent) {
  Phone phone({});
  for (const char key : std::string_view("11")) ASSERT_TRUE(phone.sender.press(key, 60ms));
  const auto sent = phone.until_idle();
  ASSERT_EQ(sent.size(), 10U);
  const std::uint32_t distance = sent[5].header.timestamp - sent[0].header.timestamp;
  EXPECT_GE(distance, 8U * (60 + 60));
  EXPECT_LE(distance, 8U * (60 + 80));
  EXPECT_TRUE(sent[5].header.marker);
}

TEST(DigitSender, RefusesWhatIsNoKeyAndMoreThanItKeeps) {
  DigitSender sender{{}};
  EXPECT_FALSE(sender.press('x', 100ms));
  for (std::size_t n = 0; n < DigitSender::most_waiting; ++n) EXPECT_TRUE(sender.press('1', 100ms));
  EXPECT_FALSE(sender.press('1', 100ms));
}

TEST(DigitSender, BringsADurationIntoItsBounds) {
  for (const auto& [asked, sent_for] :
       {std::pair{-5ms, 40ms}, {0ms, 40ms}, {3'600'000ms, 8'000ms}}) {
    for (const auto& settings : clocks) {
      Phone phone(settings);
      ASSERT_TRUE(phone.sender.press('#', asked));
      Listener listener(settings.event_clock);
      for (const auto& sent : phone.until_idle()) listener.hear(sent);
      EXPECT_EQ(listener.keys, "#");
      EXPECT_EQ(listener.durations.at(0), sent_for);
    }
  }
}

TEST(DigitReceiver, HearsEachKeyOnceWithItsDuration) {
  for (const auto& settings : clocks) {
    Phone phone(settings);
    const std::string keys = "0123456789*#ABCD1122";
    for (const char key : keys) ASSERT_TRUE(phone.sender.press(key, 80ms));
    Listener listener(settings.event_clock);
    for (const auto& sent : phone.until_idle()) listener.hear(sent);
    EXPECT_EQ(listener.keys, keys);
    for (const auto duration : listener.durations) EXPECT_EQ(duration, 80ms);
  }
}

// RFC 4733 §2.5.1.3: at 48 kHz a second and a half is already more than a duration can tell.
TEST(DigitReceiver, HearsALongPressOfManySegmentsOnce) {
  for (const auto& settings : clocks) {
    Phone phone(settings);
    ASSERT_TRUE(phone.sender.press('7', 5s));
    ASSERT_TRUE(phone.sender.press('7', 2s));
    Listener listener(settings.event_clock);
    for (const auto& sent : phone.until_idle()) listener.hear(sent);
    EXPECT_EQ(listener.keys, "77");
    EXPECT_NEAR(static_cast<double>(listener.durations.at(0).count()), 5'000, 1);
    EXPECT_NEAR(static_cast<double>(listener.durations.at(1).count()), 2'000, 1);
  }
}

TEST(DigitReceiver, HearsAKeyOnceWhicheverOfItsPacketsAreLost) {
  for (const auto& settings : clocks) {
    Phone phone(settings);
    ASSERT_TRUE(phone.sender.press('5', 100ms));
    ASSERT_TRUE(phone.sender.press('5', 100ms));
    const auto sent = phone.until_idle();
    const std::size_t half = sent.size() / 2;
    for (unsigned first = 1; first < 1U << half; ++first) {
      for (const unsigned second : {0x7FU, 0x01U, 0x10U, 0x40U, 0x0FU, 0x1EU, 0x70U, 0x55U}) {
        Listener listener(settings.event_clock);
        for (std::size_t n = 0; n < sent.size(); ++n) {
          const unsigned came = n < half ? first >> n : second >> (n - half);
          if ((came & 1) != 0) listener.hear(sent[n]);
        }
        listener.end();
        EXPECT_EQ(listener.keys, "55") << first << " " << second;
        for (const auto duration : listener.durations) EXPECT_LE(duration, 100ms);
      }
    }
  }
}

TEST(DigitReceiver, HearsAKeyOnceInWhateverOrderItsPacketsComeAndHoweverOften) {
  SeededRandom random(4733);
  for (int round = 0; round < 500; ++round) {
    const auto& settings = clocks[static_cast<std::size_t>(round) % clocks.size()];
    Phone phone(settings);
    ASSERT_TRUE(phone.sender.press('1', 100ms));
    ASSERT_TRUE(phone.sender.press('1', 100ms));
    auto sent = phone.until_idle();
    // Neighbours change places, and some come twice.
    for (std::size_t n = 0; n + 1 < sent.size(); ++n) {
      if (random.below(3) == 0)
        std::swap(sent[n].header, sent[n + 1].header),
            std::swap(sent[n].payload, sent[n + 1].payload);
    }
    Listener listener(settings.event_clock);
    for (const auto& each : sent) {
      listener.hear(each);
      if (random.below(4) == 0) listener.hear(each);
    }
    listener.end();
    EXPECT_EQ(listener.keys, "11") << round;
  }
}

TEST(DigitReceiver, HearsAKeyOnceOfAPhoneThatMovesTheTimestamp) {
  Listener listener(8'000);
  for (int press = 0; press < 3; ++press) {
    for (std::uint16_t n = 1; n <= 8; ++n) {
      const auto steps = static_cast<std::uint16_t>(std::min<int>(n, 6));
      Sent sent{.header = {.marker = n == 1,
                           .timestamp = static_cast<std::uint32_t>(press * 2'400 + 160 * n),
                           .ssrc = 5},
                .at = start + press * 300ms + n * 20ms};
      write_telephone_event(
          {.event = 9, .is_end = n >= 6, .duration = static_cast<std::uint16_t>(160 * steps)},
          sent.payload);
      listener.hear(sent);
    }
  }
  EXPECT_EQ(listener.keys, "999");
  EXPECT_EQ(listener.durations.at(0), 120ms);
}

TEST(DigitReceiver, C6APressThatDoesNotEndIsToldOnceAndItsDurationIsBounded) {
  for (const std::uint32_t clock : {8'000U, 48'000U}) {
    Listener listener(clock);
    Sent sent{.header = {.marker = true, .ssrc = 5}, .at = start};
    std::uint32_t units = 0;
    for (int n = 0; n < 3'000; ++n) {
      units += clock / 50;
      if (units > 0xFFFF) {
        units -= 0xFFFF;
        sent.header.timestamp += 0xFFFF;
      }
      write_telephone_event({.event = 1, .duration = static_cast<std::uint16_t>(units)},
                            sent.payload);
      listener.hear(sent);
      sent.header.marker = false;
      sent.at += 20ms;
    }
    listener.end();
    EXPECT_EQ(listener.keys, "1");
    EXPECT_EQ(listener.durations.at(0), DigitReceiver::most_press);
  }
}

TEST(DigitReceiver, C6EventsThatAreNoKeysAndCutPayloadsAreNothing) {
  DigitReceiver receiver(8'000);
  for (int event = 16; event < 256; ++event) {
    const std::vector<std::uint8_t> payload{static_cast<std::uint8_t>(event), 0x80, 0xFF, 0xFF};
    EXPECT_EQ(receiver.on_packet({.timestamp = 1}, payload, start), std::nullopt);
  }
  EXPECT_EQ(receiver.on_packet({}, std::vector<std::uint8_t>{1, 0x80, 9}, start), std::nullopt);
  EXPECT_EQ(receiver.next_deadline(), std::nullopt);
}

TEST(DigitReceiver, APressGoesOnBesideAnotherSourcesPress) {
  Listener listener(8'000);
  Sent sent{.header = {.timestamp = 100, .ssrc = 1}, .at = start};
  write_telephone_event({.event = 1, .duration = 160}, sent.payload);
  listener.hear(sent);
  sent.header.ssrc = 2;
  write_telephone_event({.event = 1, .is_end = true, .duration = 800}, sent.payload);
  listener.hear(sent);
  listener.end();
  EXPECT_EQ(listener.keys, "11");
}

}  // namespace
}  // namespace dering::rtp
