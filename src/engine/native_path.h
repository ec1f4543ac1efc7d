// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

#include "base/socket_address.h"
#include "ice/lite_agent.h"

namespace dering::engine {

/// An address as the kernel takes it, of either family.
union NativeAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

/// Room for one IP_PKTINFO or IPV6_PKTINFO.
struct alignas(cmsghdr) PacketInfoBuffer {
  std::byte bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
};

/// Writes the address for a socket of the given family (AF_INET6 takes IPv4 as mapped). Returns its
/// size.
socklen_t to_native(const SocketAddress& address, int family, NativeAddress& native);
SocketAddress from_native(const NativeAddress& native);

/// The address of ours that a datagram came to, or `otherwise` if the kernel did not tell.
SocketAddress local_of(msghdr& message, const SocketAddress& otherwise);
/// Makes the datagram leave from the address. Returns the size of the control bytes.
std::size_t set_local(const SocketAddress& local, int family, PacketInfoBuffer& buffer);

}  // namespace dering::engine
