// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rtp/packet.h"
#include "srtp/suite.h"

namespace dering::srtp::testing {

using Packet = std::vector<std::uint8_t>;

inline constexpr std::array suites = {Suite::aes128_cm_sha1_80, Suite::aead_aes_128_gcm,
                                      Suite::aead_aes_256_gcm};

/// A key and salt that outlive the view of them.
struct Keys {
  explicit Keys(Suite suite, std::uint8_t first = 1) {
    key.resize(sizes_of(suite).key);
    salt.resize(sizes_of(suite).salt);
    for (std::uint8_t& byte : key) byte = first++;
    for (std::uint8_t& byte : salt) byte = first++;
  }
  MasterKey master() const { return {key, salt}; }

  std::vector<std::uint8_t> key;
  std::vector<std::uint8_t> salt;
};

/// As long as 20 ms of G.711.
inline Packet rtp_packet(std::uint32_t number, std::uint32_t ssrc = 0xCAFE) {
  Packet packet(172, static_cast<std::uint8_t>(number));
  rtp::write_header({.payload_type = 111,
                     .sequence = static_cast<std::uint16_t>(number),
                     .timestamp = number * 960,
                     .ssrc = ssrc},
                    packet);
  return packet;
}

/// A receiver report without blocks, and a goodbye.
inline Packet rtcp_packet() {
  return {0x80, 201, 0, 1, 0, 0, 0xCA, 0xFE, 0x81, 203, 0, 1, 0, 0, 0xCA, 0xFE};
}

}  // namespace dering::srtp::testing
