// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace dering::engine {

enum class PacketKind : std::uint8_t { stun, dtls, rtp, other };

/// RFC 7983 §7: the first byte tells what a datagram on a shared port is. `rtp` covers RTP, RTCP,
/// SRTP and SRTCP.
constexpr PacketKind kind_of(Bytes datagram) {
  if (datagram.empty()) return PacketKind::other;
  const std::uint8_t first = datagram.front();
  if (first >= 128 && first <= 191) return PacketKind::rtp;
  if (first <= 3) return PacketKind::stun;
  if (first >= 20 && first <= 63) return PacketKind::dtls;
  return PacketKind::other;
}

}  // namespace dering::engine
