// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace dering::rtp {

inline constexpr std::size_t fixed_header_size = 12;

/// The RTP header (RFC 3550 §5.1) without its list of contributing sources and its extension.
struct Header {
  bool marker = false;
  std::uint8_t payload_type = 0;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;

  bool operator==(const Header&) const = default;
};

/// A packet as far as its clear part tells: what SRTP must know before it can decrypt. Its header
/// lies wholly inside the datagram.
struct Framing {
  Header header;
  std::size_t header_size = 0;  ///< with contributing sources and extension
  bool has_padding = false;
};

/// Nothing if the datagram is too short for the header that it announces, or not version 2.
std::optional<Framing> read_framing(Bytes packet);

/// The payload of a decrypted packet, without padding. Nothing if the padding count (RFC 3550 §5.1)
/// is zero or goes beyond the payload.
std::optional<MutableBytes> payload_of(MutableBytes packet, const Framing& framing);

/// Writes the header into the first fixed_header_size bytes of the packet.
void write_header(const Header& header, MutableBytes packet);

/// RFC 5761 §4: on a shared port, payload types 64–95 with any marker are RTCP.
constexpr bool is_rtcp(Bytes packet) {
  return packet.size() >= 2 && packet[1] >= 192 && packet[1] <= 223;
}

}  // namespace dering::rtp
