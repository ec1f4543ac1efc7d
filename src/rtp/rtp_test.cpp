// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "rtp/packet.h"
#include "rtp/reception.h"
#include "rtp/rtcp.h"

namespace dering::rtp {
namespace {

using namespace std::chrono_literals;
using Packet = std::vector<std::uint8_t>;

const Instant start = Instant{} + 1h;

Packet plain_packet() {
  return {0x80, 0xEF, 0x12, 0x34, 0, 0, 0, 9, 0xCA, 0xFE, 0xBA, 0xBE, 'a', 'b', 'c'};
}

TEST(RtpPacket, IsReadAndItsHeaderWrittenTheSame) {
  Packet packet = plain_packet();
  const auto framing = read_framing(packet);
  ASSERT_TRUE(framing);
  const Header expected{
      .marker = true, .payload_type = 111, .sequence = 0x1234, .timestamp = 9, .ssrc = 0xCAFEBABE};
  EXPECT_EQ(framing->header, expected);
  EXPECT_EQ(framing->header_size, fixed_header_size);
  EXPECT_EQ(as_text(*payload_of(packet, *framing)), "abc");
  Packet written(fixed_header_size);
  write_header(framing->header, written);
  EXPECT_EQ(written, Packet(packet.begin(), packet.begin() + 12));
}

TEST(RtpPacket, CountsContributingSourcesAndExtensionToTheHeader) {
  Packet packet = plain_packet();
  packet[0] |= 0x12;  // extension, two sources
  const Packet more(8, 1);
  packet.insert(packet.begin() + 12, more.begin(), more.end());
  const Packet extension{0xBE, 0xDE, 0, 1, 1, 2, 3, 4};
  packet.insert(packet.begin() + 20, extension.begin(), extension.end());
  const auto framing = read_framing(packet);
  ASSERT_TRUE(framing);
  EXPECT_EQ(framing->header_size, 28U);
  EXPECT_EQ(as_text(*payload_of(packet, *framing)), "abc");
}

TEST(RtpPacket, IsRefusedAtEveryLengthThatCutsItsHeader) {
  Packet packet = plain_packet();
  packet[0] |= 0x11;
  packet.insert(packet.begin() + 12, {1, 1, 1, 1, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4});
  for (std::size_t size = 0; size <= packet.size(); ++size) {
    EXPECT_EQ(read_framing(Bytes(packet).first(size)).has_value(), size >= 24) << size;
  }
  packet[18] = packet[19] = 0xFF;
  EXPECT_FALSE(read_framing(packet));
}

TEST(RtpPacket, OfAnotherVersionIsRefused) {
  Packet packet = plain_packet();
  for (const std::uint8_t version : Packet{0x00, 0x40, 0xC0}) {
    packet[0] = version;
    EXPECT_FALSE(read_framing(packet));
  }
}

TEST(RtpPacket, LosesItsPaddingOnlyIfTheCountIsPossible) {
  Packet packet = plain_packet();
  packet[0] |= 0x20;
  const auto payload_size = [&](std::uint8_t count) -> std::optional<std::size_t> {
    packet.back() = count;
    const auto payload = payload_of(packet, *read_framing(packet));
    return payload ? std::optional(payload->size()) : std::nullopt;
  };
  EXPECT_EQ(payload_size(0), std::nullopt);
  EXPECT_EQ(payload_size(1), 2U);
  EXPECT_EQ(payload_size(3), 0U);
  EXPECT_EQ(payload_size(4), std::nullopt);
  packet.resize(12);
  EXPECT_FALSE(payload_of(packet, *read_framing(packet)));
}

TEST(RtpPacket, IsToldFromRtcpByItsSecondByte) {
  EXPECT_TRUE(is_rtcp(Packet{0x80, 200}));
  EXPECT_TRUE(is_rtcp(Packet{0x80, 192}));
  EXPECT_TRUE(is_rtcp(Packet{0x80, 223}));
  EXPECT_FALSE(is_rtcp(Packet{0x80, 111}));
  EXPECT_FALSE(is_rtcp(Packet{0x80, 0x80 | 111}));
  EXPECT_FALSE(is_rtcp(Packet{0x80}));
}

const SenderReport our_report{.ssrc = 0x11223344,
                              .ntp = 0x0001'0002'0003'0004,
                              .timestamp = 960,
                              .packets = 3,
                              .octets = 480};
const ReportBlock our_block{.ssrc = 7,
                            .fraction_lost = 128,
                            .cumulative_lost = -5,
                            .highest_sequence = 70'000,
                            .jitter = 12,
                            .last_report = 5,
                            .since_last_report = 6};

TEST(Rtcp, ReportsAreWrittenAndReadTheSame) {
  for (std::size_t length = 0; length < 9; ++length) {
    std::array<std::uint8_t, 200> buffer{};
    const std::size_t size = write_report(our_report, our_block, std::string(length, 'c'), buffer);
    EXPECT_EQ(size % 4, 0U);
    const auto compound = read_compound(Bytes(buffer).first(size));
    ASSERT_TRUE(compound && compound->sender);
    EXPECT_EQ(compound->sender->ntp, our_report.ntp);
    EXPECT_EQ(compound->sender->octets, our_report.octets);
    EXPECT_EQ(compound->block, our_block);
  }
}

TEST(Rtcp, WhoHasSentNothingWritesAReceiverReport) {
  std::array<std::uint8_t, 200> buffer{};
  const std::size_t size = write_report({.ssrc = 1}, our_block, "c", buffer);
  EXPECT_EQ(buffer[1], 201);
  const auto compound = read_compound(Bytes(buffer).first(size));
  ASSERT_TRUE(compound);
  EXPECT_FALSE(compound->sender);
  EXPECT_EQ(compound->block, our_block);
}

TEST(Rtcp, AReportThatDoesNotFitIsNotWritten) {
  std::array<std::uint8_t, 59> buffer{};
  EXPECT_EQ(write_report(our_report, our_block, "cname", buffer), 0U);
}

TEST(Rtcp, IsRefusedAtEveryLengthThatCutsIt) {
  std::array<std::uint8_t, 200> buffer{};
  const std::size_t size = write_report(our_report, our_block, "cname", buffer);
  const std::size_t report_size = 52;
  for (std::size_t cut = 0; cut <= size; ++cut) {
    EXPECT_EQ(read_compound(Bytes(buffer).first(cut)).has_value(),
              cut == size || cut == report_size)
        << cut;
  }
}

TEST(Rtcp, CountsAndLengthsThatLieAreRefused) {
  EXPECT_FALSE(read_compound(Packet{0x81, 201, 0, 1, 1, 2, 3, 4}));        // a block is missing
  EXPECT_FALSE(read_compound(Packet{0x80, 200, 0, 1, 1, 2, 3, 4}));        // so is the sender part
  EXPECT_FALSE(read_compound(Packet{0x80, 203, 0xFF, 0xFF, 1, 2, 3, 4}));  // BYE beyond the packet
  EXPECT_FALSE(read_compound(Packet{0x80, 201, 0, 0}));
  EXPECT_FALSE(read_compound(Packet{0xA0, 203, 0, 0, 0x80, 203, 0, 0}));  // padding in the middle
  EXPECT_FALSE(read_compound(Packet{0x40, 203, 0, 0}));
  EXPECT_TRUE(read_compound(Packet{0x81, 203, 0, 1, 1, 2, 3, 4}));
}

/// A stream of 20 ms packets at 48 kHz.
Header nth(std::uint32_t n) {
  return {.sequence = static_cast<std::uint16_t>(n), .timestamp = n * 960, .ssrc = 9};
}

TEST(Reception, CountsLossAcrossTheWrapOfSequenceNumbers) {
  Reception reception(48'000);
  EXPECT_FALSE(reception.take_report(start));
  for (std::uint32_t n = 65'500; n < 65'600; ++n) {
    if (n % 4 != 0) reception.on_packet(nth(n), start + n * 20ms);
  }
  const auto block = reception.take_report(start);
  EXPECT_EQ(block->ssrc, 9U);
  EXPECT_EQ(block->highest_sequence, 65'599U);
  EXPECT_EQ(block->cumulative_lost, 24);  // the first one lost was never expected
  EXPECT_EQ(block->fraction_lost, 24 * 256 / 99);
  EXPECT_EQ(block->jitter, 0U);
  EXPECT_EQ(reception.take_report(start)->fraction_lost, 0);
}

TEST(Reception, TakesAPacketThatComesLateAsReceived) {
  Reception reception(48'000);
  for (const std::uint32_t n : {1U, 3U, 2U, 4U}) reception.on_packet(nth(n), start);
  EXPECT_EQ(reception.take_report(start)->cumulative_lost, 0);
}

TEST(Reception, JitterConvergesToTheMeanDifferenceOfTransitTimes) {
  Reception reception(48'000);
  for (std::uint32_t n = 0; n < 1000; ++n) {
    reception.on_packet(nth(n), start + n * 20ms + (n % 2) * 10ms);
  }
  EXPECT_NEAR(reception.take_report(start)->jitter, 480, 5);
}

TEST(Reception, TellsWhichReportOfTheSenderItHasSeenAndWhen) {
  Reception reception(48'000);
  reception.on_packet(nth(1), start);
  reception.on_sender_report({.ssrc = 10, .ntp = 1ULL << 40}, start);
  EXPECT_EQ(reception.take_report(start)->last_report, 0U);
  reception.on_sender_report({.ssrc = 9, .ntp = 0x0001'0002'8000'0000}, start);
  const auto block = reception.take_report(start + 1500ms);
  EXPECT_EQ(block->last_report, 0x0002'8000U);
  EXPECT_EQ(block->since_last_report, 0x0001'8000U);
}

TEST(Reception, StartsAnewWithAnotherSource) {
  Reception reception(48'000);
  reception.on_packet(nth(1), start);
  reception.on_packet(nth(500), start);
  Header other = nth(3);
  other.ssrc = 10;
  reception.on_packet(other, start);
  const auto block = reception.take_report(start);
  EXPECT_EQ(block->ssrc, 10U);
  EXPECT_EQ(block->cumulative_lost, 0);
}

}  // namespace
}  // namespace dering::rtp
