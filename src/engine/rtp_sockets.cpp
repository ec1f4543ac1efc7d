// SPDX-License-Identifier: Apache-2.0
#include "engine/rtp_sockets.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/native_address.h"
#include "engine/media_socket.h"
#include "engine/udp_port.h"

namespace dering::engine {
namespace {

constexpr std::size_t most_at_once = 8;  ///< packets of one port
constexpr std::size_t least_port = 1024;
constexpr std::size_t all_ports = 65'536;

SocketAddress with_port(const SocketAddress& address, std::size_t port) {
  return SocketAddress::from_ipv6(address.ipv6(), static_cast<std::uint16_t>(port));
}

}  // namespace

struct RtpSockets::Buffers {
  std::array<mmsghdr, most_packets_in_batch> in{};
  std::array<iovec, most_packets_in_batch> parts{};
  std::array<NativeAddress, most_packets_in_batch> addresses{};
  std::array<PacketInfo, most_packets_in_batch> controls{};
  std::array<IncomingPacket, most_packets_in_batch> packets{};
  std::array<std::array<std::uint8_t, MediaSocket::most_packet_bytes>, most_packets_in_batch> bytes;
};

RtpSockets::RtpSockets() = default;
RtpSockets::RtpSockets(RtpSockets&&) noexcept = default;
RtpSockets& RtpSockets::operator=(RtpSockets&&) noexcept = default;
RtpSockets::~RtpSockets() = default;

RtpSockets RtpSockets::bind(const SocketAddress& address, std::uint16_t first, std::uint16_t last) {
  RtpSockets sockets;
  sockets.epoll_ = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
  sockets.bound_ = address;
  sockets.buffers_ = std::make_unique<Buffers>();
  sockets.fds_.resize(all_ports);
  if (first == 0) {
    for (std::size_t pair = 0; pair < (last + std::size_t{1}) / 2; ++pair) {
      if (!sockets.add_free_pair(address)) break;
    }
    std::ranges::sort(sockets.ports_, {}, &RtpPorts::first);
    return sockets;
  }
  const std::size_t begin = std::max<std::size_t>(first + first % 2U, least_port);
  for (std::size_t port = begin; port + 1 <= last; port += 2) {
    const auto even = static_cast<std::uint16_t>(port);
    if (sockets.add_pair(address, even)) sockets.note_pair(even);
  }
  return sockets;
}

/// False if either of both ports is not to be had.
bool RtpSockets::add_pair(const SocketAddress& address, std::uint16_t first) {
  std::array<FileDescriptor, 2> pair;
  for (std::size_t i = 0; i < pair.size(); ++i) {
    auto port = bind_udp(with_port(address, first + i));
    if (!port) return false;
    pair[i] = std::move(port->fd);
  }
  for (std::size_t i = 0; i < pair.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = first + i}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pair[i].get(), &event) != 0) return false;
    fds_[first + i] = std::move(pair[i]);
  }
  return true;
}

/// The kernel names a free port; the pair that it belongs to may be free as a whole.
bool RtpSockets::add_free_pair(const SocketAddress& address) {
  constexpr int most_attempts = 100;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::uint16_t even = 0;
    if (const auto any = bind_udp(with_port(address, 0))) {
      even = static_cast<std::uint16_t>(any->local.port() & ~1U);
    }
    if (even == 0 || !add_pair(address, even)) continue;
    ports_.push_back({.first = even, .pairs = 1});
    return true;
  }
  return false;
}

void RtpSockets::note_pair(std::uint16_t first) {
  const bool continues = !ports_.empty() && ports_.back().first + 2 * ports_.back().pairs == first;
  if (!continues) ports_.push_back({.first = first, .pairs = 0});
  ++ports_.back().pairs;
}

int RtpSockets::fd_of(std::uint16_t udp_port) const {
  return fds_.empty() ? -1 : fds_[udp_port].get();
}

std::span<const IncomingPacket> RtpSockets::receive() {
  may_have_more_ = false;
  if (!buffers_) return {};
  std::array<epoll_event, most_packets_in_batch> ready;
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 0);
  std::size_t packets = 0;
  for (int i = 0; i < count && packets < most_packets_in_batch; ++i) {
    read(static_cast<std::uint16_t>(ready[static_cast<std::size_t>(i)].data.u64), packets);
  }
  may_have_more_ = may_have_more_ || packets == most_packets_in_batch;
  return {buffers_->packets.data(), packets};
}

void RtpSockets::read(std::uint16_t udp_port, std::size_t& count) {
  Buffers& b = *buffers_;
  const SocketAddress local = with_port(bound_, udp_port);
  const bool tells_local = bound_.is_unspecified();
  const std::size_t room = std::min(most_at_once, most_packets_in_batch - count);
  for (std::size_t i = count; i < count + room; ++i) {
    b.parts[i] = {b.bytes[i].data(), b.bytes[i].size()};
    msghdr& header = b.in[i].msg_hdr;
    header = {};
    header.msg_iov = &b.parts[i];
    header.msg_iovlen = 1;
    header.msg_name = b.addresses[i].get();
    header.msg_namelen = NativeAddress::room;
    if (!tells_local) continue;
    header.msg_control = &b.controls[i];
    header.msg_controllen = sizeof(PacketInfo);
  }
  const int got =
      ::recvmmsg(fd_of(udp_port), &b.in[count], static_cast<unsigned>(room), MSG_DONTWAIT, nullptr);
  for (int i = 0; i < got; ++i, ++count) {
    msghdr& header = b.in[count].msg_hdr;
    const bool is_whole = (header.msg_flags & MSG_TRUNC) == 0;
    b.packets[count].bytes = MutableBytes(b.bytes[count]).first(is_whole ? b.in[count].msg_len : 0);
    b.packets[count].path = {from_native(b.addresses[count]),
                             tells_local ? local_of(header, local) : local};
  }
  if (got == static_cast<int>(room)) may_have_more_ = true;
}

void RtpSockets::send(std::span<const OutgoingPacket> packets) {
  for (const OutgoingPacket& packet : packets) {
    const int fd = fd_of(packet.path.local.port());
    if (fd >= 0) send_one(fd, packet);
  }
}

void RtpSockets::send_one(int fd, const OutgoingPacket& packet) {
  const int family = family_of(bound_);
  NativeAddress remote = to_native(packet.path.remote, family);
  // sendmsg takes the bytes as mutable, but only reads them.
  iovec part{const_cast<std::uint8_t*>(packet.bytes.data()), packet.bytes.size()};
  PacketInfo control;
  msghdr header{};
  header.msg_name = remote.get();
  header.msg_namelen = remote.size;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (bound_.is_unspecified()) {
    header.msg_control = &control;
    header.msg_controllen = set_local(packet.path.local, family, control);
  }
  while (::sendmsg(fd, &header, MSG_DONTWAIT) < 0) {
    if (errno == EINTR) continue;
    ++unsent_;
    return;
  }
}

}  // namespace dering::engine
