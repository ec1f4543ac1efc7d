// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

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

}  // namespace dering::net
