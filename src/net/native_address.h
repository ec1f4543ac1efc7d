// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <optional>
#include <string>

#include "base/socket_address.h"

namespace dering::net {

/// An address as the kernel takes and gives it.
struct NativeAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// For a socket of that family (AF_INET, AF_INET6); on AF_INET6 an IPv4 address goes out mapped.
NativeAddress to_native(const SocketAddress& address, int family);
/// The unspecified address for any family but IPv4 and IPv6.
SocketAddress from_native(const sockaddr_storage& storage);

/// AF_INET or AF_INET6.
int family_of(const SocketAddress& address);

/// Room for one IP_PKTINFO or IPV6_PKTINFO.
struct alignas(cmsghdr) PacketInfo {
  std::byte bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
};
/// The address of ours that a datagram came to, with the port of `bound`; `bound` if the kernel did
/// not tell.
SocketAddress local_of(msghdr& message, const SocketAddress& bound);
/// Makes a datagram leave from that address. Returns the size of the control bytes.
std::size_t set_local(const SocketAddress& local, int family, PacketInfo& info);

/// The address of a name or of an address as text, with port 0; IPv4 if there is any. Asks DNS and
/// may take seconds: at the start only.
std::optional<SocketAddress> look_up(const std::string& host);
/// The address of ours that a client behind a proxy would reach, with the port that the proxy came
/// to; `local` itself if there is no proxy.
SocketAddress local_towards(const SocketAddress& local, const std::optional<SocketAddress>& client);
/// Whether this machine has the address (whatever the port) at the moment.
bool is_own(const SocketAddress& address);
/// The address of this machine that packets to that peer leave from, with port 0; nothing if there
/// is no way to it. Sends nothing.
std::optional<SocketAddress> source_towards(const SocketAddress& peer);

}  // namespace dering::net
