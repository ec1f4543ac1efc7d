// SPDX-License-Identifier: Apache-2.0
#include "rtp/packet.h"

#include "base/check.h"

namespace dering::rtp {
namespace {

constexpr std::uint8_t version_2 = 0x80;
constexpr std::uint8_t version_mask = 0xC0;
constexpr std::uint8_t padding_bit = 0x20;
constexpr std::uint8_t extension_bit = 0x10;
constexpr std::uint8_t marker_bit = 0x80;

}  // namespace

std::optional<Framing> read_framing(Bytes packet) {
  ByteReader reader(packet);
  const std::uint8_t first = reader.u8();
  const std::uint8_t second = reader.u8();
  if ((first & version_mask) != version_2) return std::nullopt;
  Framing framing;
  framing.has_padding = (first & padding_bit) != 0;
  framing.header.marker = (second & marker_bit) != 0;
  framing.header.payload_type = second & 0x7F;
  framing.header.sequence = reader.u16();
  framing.header.timestamp = reader.u32();
  framing.header.ssrc = reader.u32();
  reader.skip(std::size_t{4} * (first & 0x0F));
  if ((first & extension_bit) != 0) {
    reader.skip(2);  // what profile it is of
    reader.skip(std::size_t{4} * reader.u16());
  }
  if (!reader.ok()) return std::nullopt;
  framing.header_size = packet.size() - reader.remaining();
  return framing;
}

std::optional<MutableBytes> payload_of(MutableBytes packet, const Framing& framing) {
  MutableBytes payload = packet.subspan(framing.header_size);
  if (!framing.has_padding) return payload;
  if (payload.empty()) return std::nullopt;
  const std::size_t padding = payload.back();
  if (padding == 0 || padding > payload.size()) return std::nullopt;
  return payload.first(payload.size() - padding);
}

void write_header(const Header& header, MutableBytes packet) {
  ByteWriter writer(packet);
  writer.u8(version_2);
  writer.u8(static_cast<std::uint8_t>((header.marker ? marker_bit : 0) | header.payload_type));
  writer.u16(header.sequence);
  writer.u32(header.timestamp);
  writer.u32(header.ssrc);
  DERING_CHECK(writer.ok());
}

}  // namespace dering::rtp
