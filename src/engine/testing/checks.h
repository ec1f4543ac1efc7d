// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "ice/lite_agent.h"
#include "stun/writer.h"

namespace dering::engine::testing {

using Datagram = std::vector<std::uint8_t>;

/// What a phone's ICE agent puts into a check.
struct Check {
  ice::Credentials local;  ///< the engine's: whom the phone asks
  std::string remote_ufrag = "phone";
  bool nominates = false;
};

inline Datagram write(const Check& check) {
  std::array<std::uint8_t, 300> buffer{};
  stun::Writer writer(buffer, stun::Class::request, {7, 7, 7});
  writer.username(check.local.ufrag + ":" + check.remote_ufrag);
  writer.priority(0x6e0001ff);
  writer.ice_controlling(42);
  if (check.nominates) writer.use_candidate();
  const Bytes bytes = writer.finish_signed(check.local.pwd);
  return {bytes.begin(), bytes.end()};
}

/// An RTP packet as long as 20 ms of G.711, with a number to know it by.
inline Datagram rtp_packet(std::uint8_t number) {
  Datagram bytes(172, number);
  bytes[0] = 0x80;
  return bytes;
}

/// A DTLS record as far as anyone but its peer can see.
inline Datagram dtls_packet(std::uint8_t number) {
  return {22, 254, 253, number};
}

}  // namespace dering::engine::testing
