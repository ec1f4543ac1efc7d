// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "rtp/reception.h"
#include "rtp/rtcp.h"

namespace dering::rtp {
namespace {

using namespace std::chrono_literals;
using Packet = std::vector<std::uint8_t>;

const Instant start = Instant{} + 1h;

Header nth(std::uint32_t n, std::uint32_t ssrc = 9) {
  return {.sequence = static_cast<std::uint16_t>(n), .timestamp = n * 160, .ssrc = ssrc};
}

TEST(Interval, TellsWhatWasLostInItAndNotBefore) {
  Reception reception(8'000);
  EXPECT_EQ(reception.take_interval().expected, 0U);
  std::uint32_t n = 65'400;
  for (const std::uint32_t lost_of_ten : {0U, 1U, 3U, 0U}) {
    for (int count = 0; count < 250; ++count, ++n) {
      if (n % 10 >= lost_of_ten || count == 249) reception.on_packet(nth(n), start + n * 20ms);
    }
    const Interval interval = reception.take_interval();
    EXPECT_EQ(interval.expected, 250U);
    EXPECT_NEAR(interval.lost_share(), lost_of_ten / 10.0, 0.005);
  }
  EXPECT_EQ(reception.take_interval().expected, 0U);
  EXPECT_EQ(reception.take_interval().lost_share(), 0);
}

TEST(Interval, ReportsInBetweenChangeNothing) {
  Reception reception(8'000);
  for (std::uint32_t n = 0; n < 250; ++n) {
    if (n % 5 != 1) reception.on_packet(nth(n), start + n * 20ms);
    if (n % 50 == 0) reception.take_report(start);
  }
  EXPECT_NEAR(reception.take_interval().lost_share(), 0.2, 0.001);
}

TEST(Interval, GoesOnOverAnotherSource) {
  Reception reception(8'000);
  for (std::uint32_t n = 0; n < 100; ++n) reception.on_packet(nth(n), start + n * 20ms);
  for (std::uint32_t n = 5'000; n < 5'100; ++n) {
    if (n % 2 == 0 || n == 5'099) reception.on_packet(nth(n, 10), start + n * 20ms);
  }
  const Interval interval = reception.take_interval();
  EXPECT_EQ(interval.expected, 200U);
  EXPECT_EQ(interval.received, 151U);
}

TEST(Interval, TellsTheJitterInTime) {
  for (const std::uint32_t clock : {8'000U, 48'000U}) {
    Reception reception(clock);
    for (std::uint32_t n = 0; n < 1'000; ++n) {
      Header header = nth(n);
      header.timestamp = n * clock / 50;
      reception.on_packet(header, start + n * 20ms + (n % 2) * 10ms);
      if (n == 499) reception.take_interval();
    }
    EXPECT_NEAR(static_cast<double>(reception.take_interval().jitter.count()), 10'000, 200);
  }
}

TEST(Interval, TelephoneEventsAreNoJitterAndNoLoss) {
  Reception reception(8'000);
  for (std::uint32_t n = 0; n < 250; ++n) {
    Header header = nth(n);
    if (n % 50 < 10) {
      header.timestamp = (n - n % 50) * 160;
      reception.on_event(header);
    } else {
      reception.on_packet(header, start + n * 20ms);
    }
  }
  const Interval interval = reception.take_interval();
  EXPECT_EQ(interval.jitter, 0us);
  EXPECT_EQ(interval.lost_share(), 0);
}

TEST(Reception, AStrangeSequenceNumberIsNoLossUntilAnotherFollowsIt) {
  Reception reception(8'000);
  for (std::uint32_t n = 0; n < 100; ++n) reception.on_packet(nth(n), start + n * 20ms);
  Header strange = nth(100);
  strange.sequence = 40'000;
  reception.on_packet(strange, start + 2s);
  for (std::uint32_t n = 100; n < 150; ++n) reception.on_packet(nth(n), start + n * 20ms);
  EXPECT_EQ(reception.take_report(start)->cumulative_lost, 0);
  for (std::uint32_t n = 0; n < 50; ++n) {
    Header header = nth(150 + n);
    header.sequence = static_cast<std::uint16_t>(40'000 + n);
    reception.on_packet(header, start + 3s + n * 20ms);
  }
  const auto block = reception.take_report(start);
  EXPECT_EQ(block->highest_sequence, 40'049U);
  EXPECT_EQ(block->cumulative_lost, 0);
  EXPECT_LE(reception.take_interval().lost_share(), 0.01);
}

ReportBlock block_about(std::uint32_t ssrc) {
  return {.ssrc = ssrc, .jitter = ssrc};
}

Packet report_about(const std::vector<std::uint32_t>& sources) {
  Packet packet{static_cast<std::uint8_t>(0x80 | sources.size()),
                201,
                0,
                static_cast<std::uint8_t>(1 + 6 * sources.size()),
                0,
                0,
                0,
                5};
  for (const std::uint32_t source : sources) {
    std::array<std::uint8_t, 200> buffer{};
    const auto written = write_report({.ssrc = 1}, block_about(source), "c", buffer);
    EXPECT_GT(written, 0U);
    packet.insert(packet.end(), buffer.begin() + 8, buffer.begin() + 32);
  }
  return packet;
}

TEST(Rtcp, TheBlockAboutOneSourceIsFoundAmongOthers) {
  const Packet packet = report_about({3, 4, 5});
  EXPECT_EQ(read_compound(packet)->block, block_about(3));
  EXPECT_EQ(read_compound(packet, 5)->block, block_about(5));
  EXPECT_EQ(read_compound(packet, 6)->block, std::nullopt);
  Packet two = report_about({3});
  const Packet second = report_about({9});
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_EQ(read_compound(two, 9)->block, block_about(9));
}

// C4: lengths of BYE, of its reason and of padding that lie.
TEST(Rtcp, C4AGoodbyeThatNamesMoreThanItHoldsIsRefused) {
  EXPECT_TRUE(read_compound(Packet{0x81, 203, 0, 1, 1, 2, 3, 4}));
  EXPECT_TRUE(read_compound(Packet{0x80, 203, 0, 0}));
  EXPECT_TRUE(read_compound(Packet{0x81, 203, 0, 2, 1, 2, 3, 4, 3, 'b', 'y', 'e'}));
  EXPECT_FALSE(read_compound(Packet{0x82, 203, 0, 1, 1, 2, 3, 4}));
  EXPECT_FALSE(read_compound(Packet{0x9F, 203, 0, 1, 1, 2, 3, 4}));
  EXPECT_FALSE(read_compound(Packet{0x81, 203, 0, 2, 1, 2, 3, 4, 4, 'b', 'y', 'e'}));
  EXPECT_FALSE(read_compound(Packet{0x81, 203, 0, 2, 1, 2, 3, 4, 255, 'b', 'y', 'e'}));
}

TEST(Rtcp, C4PaddingThatIsMoreThanThereIsIsRefused) {
  Packet packet = report_about({3});
  packet[0] |= 0x20;
  packet[3] += 1;
  packet.insert(packet.end(), {0, 0, 0, 4});
  EXPECT_EQ(read_compound(packet)->block, block_about(3));
  for (int count = 0; count < 256; ++count) {
    packet.back() = static_cast<std::uint8_t>(count);
    // More padding takes a part of the block that is announced.
    EXPECT_EQ(read_compound(packet).has_value(), count == 4) << count;
  }
}

TEST(Rtcp, C4WhatNobodyReadsHereIsPassedOverByItsLength) {
  for (const int type : {204, 205, 206, 207, 210, 192}) {
    for (std::uint8_t words = 0; words < 12; ++words) {
      Packet packet = report_about({3});
      packet.insert(packet.end(), {0x81, static_cast<std::uint8_t>(type), 0, words});
      packet.insert(packet.end(), std::size_t{4} * words, 0xFF);
      const Packet last = report_about({4});
      packet.insert(packet.end(), last.begin(), last.end());
      const auto compound = read_compound(packet, 4);
      ASSERT_TRUE(compound) << type << " " << words;
      EXPECT_EQ(compound->block, block_about(4));
      packet.pop_back();
      EXPECT_FALSE(read_compound(packet, 4));
    }
  }
}

TEST(Rtcp, TheRoundTripIsWhatTheOtherSideDidNotWait) {
  const Instant sent = start;
  const Instant answered = start + 1'520ms;
  ReportBlock block{.last_report = middle_of(to_ntp(sent)), .since_last_report = 65'536 + 32'768};
  const auto trip = round_trip(block, answered);
  ASSERT_TRUE(trip);
  EXPECT_NEAR(static_cast<double>(trip->count()), 20e6, 1e5);
  block.last_report = 0;
  EXPECT_FALSE(round_trip(block, answered));
}

TEST(Rtcp, C4ARoundTripThatCannotBeIsNone) {
  const std::uint32_t now = middle_of(to_ntp(start));
  EXPECT_FALSE(round_trip({.last_report = now, .since_last_report = 65'536}, start));
  EXPECT_FALSE(round_trip({.last_report = now + 65'536, .since_last_report = 0}, start));
  EXPECT_FALSE(round_trip({.last_report = now - 61 * 65'536, .since_last_report = 0}, start));
  EXPECT_EQ(round_trip({.last_report = now, .since_last_report = 20}, start), Duration{});
  EXPECT_FALSE(round_trip({.last_report = 1, .since_last_report = 0xFFFF'FFFF}, start));
}

}  // namespace
}  // namespace dering::rtp
