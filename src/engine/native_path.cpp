// SPDX-License-Identifier: Apache-2.0
#include "engine/native_path.h"

#include <cstring>

namespace dering::engine {
namespace {

in_addr to_v4(const SocketAddress& address) {
  in_addr ip{};
  std::memcpy(&ip, address.ipv6().data() + 12, sizeof ip);
  return ip;
}

SocketAddress from_v4(in_addr ip, std::uint16_t port) {
  return SocketAddress::from_ipv4(ntohl(ip.s_addr), port);
}

SocketAddress from_v6(const in6_addr& ip, std::uint16_t port) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &ip, bytes.size());
  return SocketAddress::from_ipv6(bytes, port);
}

template <class PacketInfo>
std::size_t put(int level, int type, const PacketInfo& info, PacketInfoBuffer& buffer) {
  cmsghdr header{};
  header.cmsg_level = level;
  header.cmsg_type = type;
  header.cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(buffer.bytes, &header, sizeof header);
  std::memcpy(buffer.bytes + CMSG_LEN(0), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
}

}  // namespace

socklen_t to_native(const SocketAddress& address, int family, NativeAddress& native) {
  if (family == AF_INET) {
    native.v4 = {};
    native.v4.sin_family = AF_INET;
    native.v4.sin_port = htons(address.port());
    native.v4.sin_addr = to_v4(address);
    return sizeof native.v4;
  }
  native.v6 = {};
  native.v6.sin6_family = AF_INET6;
  native.v6.sin6_port = htons(address.port());
  std::memcpy(&native.v6.sin6_addr, address.ipv6().data(), sizeof native.v6.sin6_addr);
  return sizeof native.v6;
}

SocketAddress from_native(const NativeAddress& native) {
  if (native.any.sa_family == AF_INET)
    return from_v4(native.v4.sin_addr, ntohs(native.v4.sin_port));
  return from_v6(native.v6.sin6_addr, ntohs(native.v6.sin6_port));
}

SocketAddress local_of(msghdr& message, const SocketAddress& otherwise) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      return from_v4(info.ipi_addr, otherwise.port());
    }
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      return from_v6(info.ipi6_addr, otherwise.port());
    }
  }
  return otherwise;
}

std::size_t set_local(const SocketAddress& local, int family, PacketInfoBuffer& buffer) {
  if (family == AF_INET) {
    in_pktinfo info{};
    info.ipi_spec_dst = to_v4(local);
    return put(IPPROTO_IP, IP_PKTINFO, info, buffer);
  }
  in6_pktinfo info{};
  std::memcpy(&info.ipi6_addr, local.ipv6().data(), sizeof info.ipi6_addr);
  return put(IPPROTO_IPV6, IPV6_PKTINFO, info, buffer);
}

}  // namespace dering::engine
