// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp.h"

#include <algorithm>
#include <chrono>

namespace dering::rtp {
namespace {

constexpr std::uint8_t version_2 = 0x80;
constexpr std::uint8_t padding_bit = 0x20;
constexpr std::uint8_t sender_report = 200;
constexpr std::uint8_t receiver_report = 201;
constexpr std::uint8_t source_description = 202;
constexpr std::uint8_t goodbye = 203;
constexpr std::uint8_t cname_item = 1;
constexpr std::size_t ssrc_size = 4;
constexpr std::size_t sender_part_size = 20;
constexpr std::size_t block_size = 24;

void write_start(ByteWriter& writer, std::size_t count, std::uint8_t type, std::size_t body_size) {
  writer.u8(static_cast<std::uint8_t>(version_2 | count));
  writer.u8(type);
  writer.u16(static_cast<std::uint16_t>(body_size / 4));
}

void write_block(ByteWriter& writer, const ReportBlock& block) {
  writer.u32(block.ssrc);
  const auto lost = static_cast<std::uint32_t>(block.cumulative_lost) & 0xFF'FFFFU;
  writer.u32(std::uint32_t{block.fraction_lost} << 24 | lost);
  writer.u32(block.highest_sequence);
  writer.u32(block.jitter);
  writer.u32(block.last_report);
  writer.u32(block.since_last_report);
}

void write_source_description(ByteWriter& writer, std::uint32_t ssrc, std::string_view cname) {
  // RFC 3550 §6.5: a chunk ends with one to four zeros, at a multiple of four.
  const std::size_t text_end = ssrc_size + 2 + cname.size();
  const std::size_t zeros = 4 - text_end % 4;
  write_start(writer, 1, source_description, text_end + zeros);
  writer.u32(ssrc);
  writer.u8(cname_item);
  writer.u8(static_cast<std::uint8_t>(cname.size()));
  writer.bytes(as_bytes(cname));
  writer.zeros(zeros);
}

SenderReport read_sender(ByteReader& body, std::uint32_t ssrc) {
  SenderReport report{.ssrc = ssrc};
  report.ntp = body.u64();
  report.timestamp = body.u32();
  report.packets = body.u32();
  report.octets = body.u32();
  return report;
}

ReportBlock read_block(ByteReader& body) {
  ReportBlock block{.ssrc = body.u32()};
  block.fraction_lost = body.u8();
  const std::uint32_t lost = body.u24();
  block.cumulative_lost = static_cast<std::int32_t>(lost << 8) >> 8;
  block.highest_sequence = body.u32();
  block.jitter = body.u32();
  block.last_report = body.u32();
  block.since_last_report = body.u32();
  return block;
}

/// Which block is looked for: of one source, or of any.
using About = std::optional<std::uint32_t>;

/// What stands before the blocks of a report.
void read_front(ByteReader& body, bool is_sender, Compound& compound) {
  const std::uint32_t ssrc = body.u32();
  if (is_sender) compound.sender = read_sender(body, ssrc);
}

/// False if there are fewer than the report announces.
bool read_blocks(ByteReader& body, std::size_t count, const About& about, Compound& compound) {
  if (!body.ok() || body.remaining() < count * block_size) return false;
  for (; count > 0; --count) {
    const ReportBlock block = read_block(body);
    const bool is_wanted = !about || block.ssrc == *about;
    if (is_wanted && !compound.block) compound.block = block;
  }
  return true;
}

/// RFC 3550 §6.6: so many sources, then perhaps a reason behind its length.
bool is_goodbye(ByteReader body, std::size_t count) {
  body.skip(count * ssrc_size);
  if (body.ok() && body.remaining() > 0) body.skip(body.u8());
  return body.ok();
}

/// RFC 3550 §5.1: the last byte counts the padding, itself included, in whole words.
bool is_padding(Bytes body) {
  return !body.empty() && body.back() > 0 && body.back() % 4 == 0 && body.back() <= body.size();
}

std::optional<Compound> read(Bytes packet, const About& about) {
  if (packet.empty()) return std::nullopt;
  Compound compound;
  ByteReader reader(packet);
  while (reader.remaining() > 0) {
    const std::uint8_t first = reader.u8();
    const std::uint8_t type = reader.u8();
    Bytes body = reader.bytes(std::size_t{4} * reader.u16());
    const bool fits = reader.ok() && (first & 0xC0) == version_2;
    if (!fits) return std::nullopt;
    if ((first & padding_bit) != 0) {
      if (reader.remaining() > 0 || !is_padding(body)) return std::nullopt;
      body = body.first(body.size() - body.back());
    }
    const std::size_t count = first & 0x1F;
    if (type == sender_report || type == receiver_report) {
      ByteReader report(body);
      read_front(report, type == sender_report, compound);
      if (!read_blocks(report, count, about, compound)) return std::nullopt;
    }
    if (type == goodbye && !is_goodbye(ByteReader(body), count)) return std::nullopt;
  }
  return compound;
}

}  // namespace

std::uint64_t to_ntp(Instant instant) {
  const auto since = instant.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto rest = static_cast<std::uint64_t>((since - seconds).count());
  return static_cast<std::uint64_t>(seconds.count()) << 32 | (rest << 32) / 1'000'000'000;
}

std::size_t write_report(const SenderReport& sender, const std::optional<ReportBlock>& block,
                         std::string_view cname, MutableBytes buffer) {
  ByteWriter writer(buffer);
  const bool has_sent = sender.packets > 0;
  const std::size_t count = block ? 1 : 0;
  write_start(writer, count, has_sent ? sender_report : receiver_report,
              ssrc_size + (has_sent ? sender_part_size : 0) + count * block_size);
  writer.u32(sender.ssrc);
  if (has_sent) {
    writer.u64(sender.ntp);
    writer.u32(sender.timestamp);
    writer.u32(sender.packets);
    writer.u32(sender.octets);
  }
  if (block) write_block(writer, *block);
  write_source_description(writer, sender.ssrc, cname.substr(0, 255));
  return writer.ok() ? writer.size() : 0;
}

std::optional<Compound> read_compound(Bytes packet) {
  return read(packet, std::nullopt);
}

std::optional<Compound> read_compound(Bytes packet, std::uint32_t about) {
  return read(packet, about);
}

std::optional<Duration> round_trip(const ReportBlock& block, Instant now) {
  if (block.last_report == 0) return std::nullopt;
  constexpr std::uint32_t second = 1U << 16;
  constexpr std::uint32_t longest = 60 * second;
  const std::uint32_t taken = middle_of(to_ntp(now)) - block.last_report - block.since_last_report;
  // Clocks that are read at different moments may be apart by a little.
  constexpr std::uint32_t rounding = second / 1'000;
  if (taken >= 0U - rounding) return Duration{};
  if (taken > longest) return std::nullopt;
  return Duration(std::uint64_t{taken} * 1'000'000'000 / second);
}

}  // namespace dering::rtp
