// SPDX-License-Identifier: Apache-2.0
#include "base/native_address.h"

#include <array>
#include <cstring>

namespace dering {
namespace {

in_addr to_v4(const SocketAddress& address) {
  in_addr ip{};
  if (address.is_ipv4()) ip.s_addr = htonl(address.ipv4());
  return ip;
}

SocketAddress from_v6(const in6_addr& ip, std::uint16_t port) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &ip, bytes.size());
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
  NativeAddress native;
  if (family == AF_INET) {
    native.v4 = {};
    native.v4.sin_family = AF_INET;
    native.v4.sin_port = htons(address.port());
    native.v4.sin_addr = to_v4(address);
    native.size = sizeof native.v4;
    return native;
  }
  native.v6.sin6_family = AF_INET6;
  native.v6.sin6_port = htons(address.port());
  std::memcpy(&native.v6.sin6_addr, address.ipv6().data(), sizeof native.v6.sin6_addr);
  native.size = sizeof native.v6;
  return native;
}

SocketAddress from_native(const NativeAddress& native) {
  if (native.any.sa_family == AF_INET) {
    return SocketAddress::from_ipv4(ntohl(native.v4.sin_addr.s_addr), ntohs(native.v4.sin_port));
  }
  if (native.any.sa_family != AF_INET6) return {};
  return from_v6(native.v6.sin6_addr, ntohs(native.v6.sin6_port));
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
    v4.ipi_spec_dst = to_v4(local);
    return put(IPPROTO_IP, IP_PKTINFO, v4, info);
  }
  in6_pktinfo v6{};
  std::memcpy(&v6.ipi6_addr, local.ipv6().data(), sizeof v6.ipi6_addr);
  return put(IPPROTO_IPV6, IPV6_PKTINFO, v6, info);
}

}  // namespace dering
