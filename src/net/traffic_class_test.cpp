// SPDX-License-Identifier: Apache-2.0
#include "net/traffic_class.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/native_address.h"
#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"
#include "net/udp_socket.h"

namespace dering::net {
namespace {

using testing::LoopbackClient;
using testing::RunningEdge;

/// Waits for a datagram and reads the class that it came with.
std::optional<int> class_received(int fd) {
  std::array<char, 256> bytes;
  std::array<char, 256> control;
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(fd, &message, 0) < 0) return std::nullopt;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level == IPPROTO_IP && one->cmsg_type == IP_TOS) return *CMSG_DATA(one);
    if (one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_TCLASS) {
      int value = 0;
      std::memcpy(&value, CMSG_DATA(one), sizeof value);
      return value;
    }
  }
  return std::nullopt;
}

/// Somebody who sees with which class packets come.
FileDescriptor watcher_on(const SocketAddress& address, NativeAddress& bound) {
  const int family = family_of(address);
  FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(fd.get(), IPPROTO_IP, IP_RECVTOS, &yes, sizeof yes);
  ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_RECVTCLASS, &yes, sizeof yes);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const NativeAddress native = to_native(address, family);
  EXPECT_EQ(::bind(fd.get(), native.get(), native.size), 0);
  EXPECT_EQ(::getsockname(fd.get(), bound.get(), &bound.size), 0);
  return fd;
}

TEST(TrafficClass, IsThatOfCallSignallingOnEveryDatagramOfSip) {
  const struct {
    const char* bound_to;
    const char* seen_at;
  } cases[] = {{"127.0.0.1", "127.0.0.1"},
               {"0.0.0.0", "127.0.0.1"},
               {"::1", "::1"},
               {"::", "::1"},
               {"::", "127.0.0.1"}};
  for (const auto& [bound_to, seen_at] : cases) {
    auto sip = UdpSocket::bind(*SocketAddress::from_text(bound_to, 0));
    ASSERT_TRUE(sip) << sip.error();
    NativeAddress address;
    const FileDescriptor watcher = watcher_on(*SocketAddress::from_text(seen_at, 0), address);
    const UdpSocket::Outgoing datagram{"x", from_native(address)};
    sip->send_batch({&datagram, 1});
    EXPECT_EQ(class_received(watcher.get()), 0x60) << bound_to << " to " << seen_at;
  }
}

/// The class of our end of the connection whose other end has that address; -1 if there is none.
int class_towards(const SocketAddress& client) {
  for (int fd = 3; fd < 1024; ++fd) {
    NativeAddress peer;
    if (::getpeername(fd, peer.get(), &peer.size) != 0 || from_native(peer) != client) continue;
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(fd, IPPROTO_IP, IP_TOS, &value, &size);
    return value;
  }
  return -1;
}

TEST(TrafficClass, IsThatOfCallSignallingOnConnectionsOfSipAndNotOnThoseOfPages) {
  for (const char* host : {"127.0.0.1", "::"}) {
    EdgeSettings settings = testing::loopback_settings();
    settings.sip = {{.address = *SocketAddress::from_text(host, 0)}};
    RunningEdge edge(settings);
    LoopbackClient phone(SocketAddress::from_ipv4(0x7f000001, edge.sip().port()));
    phone.send("\r\n\r\n");
    EXPECT_EQ(phone.read_exactly(2), "\r\n");
    EXPECT_EQ(class_towards(phone.local()), 0x60) << host;
    LoopbackClient page(edge.web());
    page.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    page.read_exactly(4);
    EXPECT_EQ(class_towards(page.local()), 0);
  }
}

}  // namespace
}  // namespace dering::net
