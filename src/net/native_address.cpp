// SPDX-License-Identifier: Apache-2.0
#include "net/native_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "base/file_descriptor.h"

namespace dering::net {
namespace {

template <class Native>
NativeAddress stored(const Native& native) {
  NativeAddress result;
  std::memcpy(&result.storage, &native, sizeof native);
  result.size = sizeof native;
  return result;
}

SocketAddress from_v6(const in6_addr& ip, std::uint16_t port) {
  std::array<std::uint8_t, 16> bytes;
  std::ranges::copy(ip.s6_addr, bytes.begin());
  return SocketAddress::from_ipv6(bytes, port);
}

template <class Info>
std::size_t put(int level, int type, const Info& info, PacketInfo& buffer) {
  cmsghdr header{};
  header.cmsg_level = level;
  header.cmsg_type = type;
  header.cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(buffer.bytes, &header, sizeof header);
  std::memcpy(buffer.bytes + CMSG_LEN(0), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
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
  return from_v6(native.sin6_addr, ntohs(native.sin6_port));
}

SocketAddress local_of(msghdr& message, const SocketAddress& bound) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      // Not ipi_addr: of a broadcast it would be the broadcast address.
      return SocketAddress::from_ipv4(ntohl(info.ipi_spec_dst.s_addr), bound.port());
    }
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      return from_v6(info.ipi6_addr, bound.port());
    }
  }
  return bound;
}

std::size_t set_local(const SocketAddress& local, int family, PacketInfo& info) {
  if (family == AF_INET) {
    in_pktinfo v4{};
    v4.ipi_spec_dst.s_addr = htonl(local.is_ipv4() ? local.ipv4() : 0);
    return put(IPPROTO_IP, IP_PKTINFO, v4, info);
  }
  in6_pktinfo v6{};
  std::ranges::copy(local.ipv6(), v6.ipi6_addr.s6_addr);
  return put(IPPROTO_IPV6, IPV6_PKTINFO, v6, info);
}

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
    std::memcpy(&native.storage, one->ai_addr,
                std::min<std::size_t>(one->ai_addrlen, sizeof native.storage));
    const SocketAddress address = from_native(native.storage);
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
  return SocketAddress::from_ipv6(from_native(local.storage).ipv6(), 0);
}

}  // namespace dering::net
