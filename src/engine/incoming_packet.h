// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "ice/lite_agent.h"

namespace dering::engine {

/// A datagram that has come, and between which addresses. The bytes belong to the socket.
struct IncomingPacket {
  MutableBytes bytes;
  ice::Path path;
};

/// How many datagrams a media thread takes at once.
inline constexpr std::size_t most_packets_in_batch = 64;

}  // namespace dering::engine
