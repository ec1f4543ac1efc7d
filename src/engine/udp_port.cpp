// SPDX-License-Identifier: Apache-2.0
#include "engine/udp_port.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/native_address.h"

namespace dering::engine {
namespace {

bool set_option(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// The privileged option goes past the limit of the system (net.core.rmem_max). What the kernel
/// gives without privileges is enough to go on, so failures do not matter.
void size_buffers(int fd, int bytes) {
  for (const auto& [privileged, plain] :
       {std::pair(SO_RCVBUFFORCE, SO_RCVBUF), std::pair(SO_SNDBUFFORCE, SO_SNDBUF)}) {
    if (!set_option(fd, SOL_SOCKET, privileged, bytes)) set_option(fd, SOL_SOCKET, plain, bytes);
  }
}

/// Media is never fragmented (browsers keep below every usual MTU), and a path MTU that anybody may
/// have forged in an ICMP message is not believed. It also spares the kernel an identification for
/// each packet (RFC 6864 §4.1), which is 4 % of all it does for one.
void forbid_fragments(int fd, int family) {
  set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  if (family == AF_INET6) {
    set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  }
}

/// RFC 4594 §4.1: telephony is forwarded first. A network that does not know it takes no harm.
void mark_as_telephony(int fd, int family) {
  constexpr int expedited_forwarding = 46 << 2;
  set_option(fd, IPPROTO_IP, IP_TOS, expedited_forwarding);
  if (family == AF_INET6) set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, expedited_forwarding);
}

bool ask_for_packet_info(int fd, int family) {
  if (family == AF_INET) return set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  return set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) &&
         set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

}  // namespace

std::expected<UdpPort, std::string> bind_udp(const SocketAddress& address, int buffer_bytes) {
  const auto fault = [&](std::string_view what) {
    return std::unexpected(fmt::format("{} {}: {}.", what, address.text(), std::strerror(errno)));
  };
  const int family = family_of(address);
  FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fault("No socket for");
  if (buffer_bytes > 0) size_buffers(fd.get(), buffer_bytes);
  forbid_fragments(fd.get(), family);
  mark_as_telephony(fd.get(), family);
  if (address.is_unspecified() && !ask_for_packet_info(fd.get(), family)) {
    return fault("No packet information for");
  }
  const NativeAddress native = to_native(address, family);
  if (::bind(fd.get(), native.get(), native.size) != 0) return fault("Cannot bind UDP");
  NativeAddress bound;
  if (::getsockname(fd.get(), bound.get(), &bound.size) != 0) return fault("No port of");
  return UdpPort{.fd = std::move(fd), .local = from_native(bound)};
}

}  // namespace dering::engine
