// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

#include "base/socket_address.h"

namespace dering {

/// An address as the kernel takes and gives it, of either family.
struct NativeAddress {
  static constexpr socklen_t room = sizeof(sockaddr_in6);  ///< for the kernel to write into

  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6{};
  };
  socklen_t size = room;

  sockaddr* get() { return &any; }
  const sockaddr* get() const { return &any; }
};

/// AF_INET or AF_INET6.
int family_of(const SocketAddress& address);
/// For a socket of that family; on AF_INET6 an IPv4 address goes out mapped.
NativeAddress to_native(const SocketAddress& address, int family);
/// The unspecified address for any family but IPv4 and IPv6.
SocketAddress from_native(const NativeAddress& native);

/// Room for one IP_PKTINFO or IPV6_PKTINFO (ip(7), RFC 3542 §6).
struct alignas(cmsghdr) PacketInfo {
  std::byte bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
};
/// The address of ours that a datagram came to, with the port of `bound`; `bound` if the kernel did
/// not tell.
SocketAddress local_of(msghdr& message, const SocketAddress& bound);
/// Makes a datagram leave from that address. Returns the size of the control bytes.
std::size_t set_local(const SocketAddress& local, int family, PacketInfo& info);

}  // namespace dering
