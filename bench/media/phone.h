// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "rtp/packet.h"
#include "srtp/protector.h"
#include "srtp/unprotector.h"

namespace dering::bench {

using Payloads = std::vector<std::vector<std::uint8_t>>;

/// One phone of a call whose sound ends at the engine: what it says, over and over, and what it
/// hears.
struct Phone {
  sockaddr_in to{};
  std::string ufrag;  ///< of its port, if it does ICE
  std::optional<srtp::Protector> ours;
  std::optional<srtp::Unprotector> theirs;
  const Payloads* says = nullptr;
  std::uint32_t ticks = 160;  ///< of its clock, a packet
  rtp::Header header;
  std::uint8_t hears_type = 0;
  std::uint64_t heard = 0;

  /// The next packet; its size.
  std::size_t write(MutableBytes buffer) {
    const auto& payload = (*says)[header.sequence % says->size()];
    ++header.sequence;
    header.timestamp += ticks;
    rtp::write_header(header, buffer);
    std::ranges::copy(payload, buffer.begin() + rtp::fixed_header_size);
    const std::size_t size = rtp::fixed_header_size + payload.size();
    return ours ? ours->protect_rtp(buffer, size).value_or(0) : size;
  }
  /// True if the packet is what it should hear; one of RTCP is nothing.
  std::optional<bool> hear(MutableBytes packet) {
    if (rtp::is_rtcp(packet)) return std::nullopt;
    if (theirs) {
      const auto plain = theirs->unprotect_rtp(packet);
      if (!plain) return false;
      packet = *plain;
    }
    const auto framing = rtp::read_framing(packet);
    const bool is_right = framing && framing->header.payload_type == hears_type;
    if (is_right) ++heard;
    return is_right;
  }
};

}  // namespace dering::bench
