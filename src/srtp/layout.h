// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "srtp/suite.h"

namespace dering::srtp {

inline constexpr std::size_t rtcp_header_size = 8;
inline constexpr std::size_t rtcp_index_size = 4;
inline constexpr std::uint32_t encrypted_flag = 0x8000'0000;

/// The parts behind the body of an SRTCP packet. RFC 3711 figure 2 puts the index before the tag,
/// RFC 7714 §9.2 behind it.
struct RtcpTrailer {
  MutableBytes tag;
  MutableBytes index;

  RtcpTrailer(MutableBytes trailer, bool is_aead)
      : tag(is_aead ? trailer.first(trailer.size() - rtcp_index_size)
                    : trailer.subspan(rtcp_index_size)),
        index(is_aead ? trailer.last(rtcp_index_size) : trailer.first(rtcp_index_size)) {}
};

/// The SSRC of an RTCP packet that is long enough and of version 2.
inline std::optional<std::uint32_t> rtcp_ssrc(Bytes packet) {
  if (packet.size() < rtcp_header_size || packet[0] >> 6 != 2) return std::nullopt;
  return ByteReader(packet.subspan(4)).u32();
}

inline std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  ByteWriter(bytes).u32(value);
  return bytes;
}

}  // namespace dering::srtp
