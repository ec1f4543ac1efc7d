// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "base/file_descriptor.h"
#include "base/socket_address.h"

namespace dering::engine {

/// A UDP socket for media: non-blocking, never fragmented, marked for expedited forwarding (RFC
/// 4594 §4.1). One that is bound to all addresses tells of each packet which one it came to.
struct UdpPort {
  FileDescriptor fd;
  SocketAddress local;  ///< with the port that it got
};

/// `buffer_bytes` for waiting packets, each way; 0 leaves what the kernel gives. Port 0 takes a
/// free one. The error is one sentence naming the address.
std::expected<UdpPort, std::string> bind_udp(const SocketAddress& address, int buffer_bytes = 0);

}  // namespace dering::engine
