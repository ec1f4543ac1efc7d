// SPDX-License-Identifier: Apache-2.0
#include "net/native_address.h"

#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/file_descriptor.h"
#include "base/native_address.h"

namespace dering::net {

std::optional<SocketAddress> look_up(const std::string& host) {
  if (const auto address = SocketAddress::from_text(host, 0)) return address;
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* first = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &first) != 0) return std::nullopt;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(first, &::freeaddrinfo);
  std::optional<SocketAddress> found;
  for (const addrinfo* one = first; one != nullptr; one = one->ai_next) {
    NativeAddress native;
    std::memcpy(native.get(), one->ai_addr,
                std::min<std::size_t>(one->ai_addrlen, NativeAddress::room));
    const SocketAddress address = from_native(native);
    if (!found || (address.is_ipv4() && !found->is_ipv4())) found = address;
  }
  return found;
}

SocketAddress local_towards(const SocketAddress& local,
                            const std::optional<SocketAddress>& client) {
  const auto source = client ? source_towards(*client) : std::nullopt;
  return source ? SocketAddress::from_ipv6(source->ipv6(), local.port()) : local;
}

bool is_own(const SocketAddress& address) {
  const int family = family_of(address);
  const FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const NativeAddress native = to_native(SocketAddress::from_ipv6(address.ipv6(), 0), family);
  return fd && ::bind(fd.get(), native.get(), native.size) == 0;
}

std::optional<SocketAddress> source_towards(const SocketAddress& peer) {
  const int family = family_of(peer);
  const FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // A datagram socket that connects sends nothing; the kernel looks up the way.
  const SocketAddress target = SocketAddress::from_ipv6(peer.ipv6(), 9);
  const NativeAddress native = to_native(target, family);
  NativeAddress local;
  if (!fd || ::connect(fd.get(), native.get(), native.size) != 0 ||
      ::getsockname(fd.get(), local.get(), &local.size) != 0) {
    return std::nullopt;
  }
  return SocketAddress::from_ipv6(from_native(local).ipv6(), 0);
}

}  // namespace dering::net
