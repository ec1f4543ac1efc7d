// SPDX-License-Identifier: Apache-2.0
#include "net/native_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace dering::net {
namespace {

template <class Native>
NativeAddress stored(const Native& native) {
  NativeAddress result;
  std::memcpy(&result.storage, &native, sizeof native);
  result.size = sizeof native;
  return result;
}

}  // namespace

int family_of(const SocketAddress& address) {
  return address.is_ipv4() ? AF_INET : AF_INET6;
}

NativeAddress to_native(const SocketAddress& address, int family) {
  if (family == AF_INET) {
    sockaddr_in native{};
    native.sin_family = AF_INET;
    native.sin_port = htons(address.port());
    native.sin_addr.s_addr = htonl(address.is_ipv4() ? address.ipv4() : 0);
    return stored(native);
  }
  sockaddr_in6 native{};
  native.sin6_family = AF_INET6;
  native.sin6_port = htons(address.port());
  std::ranges::copy(address.ipv6(), native.sin6_addr.s6_addr);
  return stored(native);
}

SocketAddress from_native(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in native;
    std::memcpy(&native, &storage, sizeof native);
    return SocketAddress::from_ipv4(ntohl(native.sin_addr.s_addr), ntohs(native.sin_port));
  }
  if (storage.ss_family != AF_INET6) return {};
  sockaddr_in6 native;
  std::memcpy(&native, &storage, sizeof native);
  std::array<std::uint8_t, 16> ip;
  std::ranges::copy(native.sin6_addr.s6_addr, ip.begin());
  return SocketAddress::from_ipv6(ip, ntohs(native.sin6_port));
}

}  // namespace dering::net
