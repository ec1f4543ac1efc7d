// SPDX-License-Identifier: Apache-2.0
#include "engine/media_socket.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/native_address.h"

namespace dering::engine {
namespace {

constexpr int socket_buffer_bytes = 4 * 1024 * 1024;

bool set_option(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// The privileged option goes past the limit of the system (net.core.rmem_max). What the kernel
/// gives without privileges is enough to go on, so failures do not matter.
void size_buffers(int fd) {
  for (const auto& [privileged, plain] :
       {std::pair(SO_RCVBUFFORCE, SO_RCVBUF), std::pair(SO_SNDBUFFORCE, SO_SNDBUF)}) {
    if (!set_option(fd, SOL_SOCKET, privileged, socket_buffer_bytes)) {
      set_option(fd, SOL_SOCKET, plain, socket_buffer_bytes);
    }
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

bool ask_for_packet_info(int fd, int family) {
  if (family == AF_INET) return set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  return set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) &&
         set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

}  // namespace

/// Everything the two system calls point into, laid out once.
struct MediaSocket::Buffers {
  Buffers(int its_family, bool wildcard);

  void rearm();
  void prepare(std::size_t at, const OutgoingPacket& packet);

  int family;
  bool tells_local;  ///< bound to all addresses: each packet says which one it is about

  std::array<mmsghdr, batch_size> in{};
  std::array<iovec, batch_size> in_parts{};
  std::array<NativeAddress, batch_size> in_addresses{};
  std::array<PacketInfo, batch_size> in_controls{};
  std::array<IncomingPacket, batch_size> packets{};
  std::size_t last_count = batch_size;

  std::array<mmsghdr, Outbox::most_packets> out{};
  std::array<iovec, Outbox::most_packets> out_parts{};
  std::array<NativeAddress, Outbox::most_packets> out_addresses{};
  std::array<PacketInfo, Outbox::most_packets> out_controls{};

  std::array<std::array<std::uint8_t, most_packet_bytes>, batch_size> bytes;
};

MediaSocket::Buffers::Buffers(int its_family, bool wildcard)
    : family(its_family), tells_local(wildcard) {
  for (std::size_t i = 0; i < batch_size; ++i) {
    in_parts[i] = {bytes[i].data(), bytes[i].size()};
    in[i].msg_hdr.msg_iov = &in_parts[i];
    in[i].msg_hdr.msg_iovlen = 1;
    in[i].msg_hdr.msg_name = in_addresses[i].get();
    if (tells_local) in[i].msg_hdr.msg_control = &in_controls[i];
  }
  for (std::size_t i = 0; i < Outbox::most_packets; ++i) {
    out[i].msg_hdr.msg_iov = &out_parts[i];
    out[i].msg_hdr.msg_iovlen = 1;
    out[i].msg_hdr.msg_name = out_addresses[i].get();
    if (tells_local) out[i].msg_hdr.msg_control = &out_controls[i];
  }
}

/// The kernel writes sizes into the headers it fills: those of the last batch are set again.
void MediaSocket::Buffers::rearm() {
  for (std::size_t i = 0; i < last_count; ++i) {
    in[i].msg_hdr.msg_namelen = NativeAddress::room;
    if (tells_local) in[i].msg_hdr.msg_controllen = sizeof(PacketInfo);
  }
}

void MediaSocket::Buffers::prepare(std::size_t at, const OutgoingPacket& packet) {
  msghdr& header = out[at].msg_hdr;
  // sendmmsg takes the bytes as mutable, but only reads them.
  out_parts[at] = {const_cast<std::uint8_t*>(packet.bytes.data()), packet.bytes.size()};
  out_addresses[at] = to_native(packet.path.remote, family);
  header.msg_namelen = out_addresses[at].size;
  if (tells_local) header.msg_controllen = set_local(packet.path.local, family, out_controls[at]);
}

MediaSocket::MediaSocket(FileDescriptor fd, const SocketAddress& local)
    : fd_(std::move(fd)),
      local_(local),
      buffers_(std::make_unique<Buffers>(local.is_ipv4() ? AF_INET : AF_INET6,
                                         local.is_unspecified())) {}

MediaSocket::MediaSocket(MediaSocket&&) noexcept = default;
MediaSocket& MediaSocket::operator=(MediaSocket&&) noexcept = default;
MediaSocket::~MediaSocket() = default;

std::expected<MediaSocket, std::string> MediaSocket::bind(const SocketAddress& address) {
  const auto fault = [&](std::string_view what) {
    return std::unexpected(fmt::format("{} {}: {}.", what, address.text(), std::strerror(errno)));
  };
  const int family = family_of(address);
  FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fault("No socket for");
  size_buffers(fd.get());
  forbid_fragments(fd.get(), family);
  if (address.is_unspecified() && !ask_for_packet_info(fd.get(), family)) {
    return fault("No packet information for");
  }
  const NativeAddress native = to_native(address, family);
  if (::bind(fd.get(), native.get(), native.size) != 0) return fault("Cannot bind UDP");
  NativeAddress bound;
  if (::getsockname(fd.get(), bound.get(), &bound.size) != 0) {
    return fault("Cannot read the port of");
  }
  return MediaSocket(std::move(fd), from_native(bound));
}

int MediaSocket::receive_buffer() const {
  int size = 0;
  socklen_t length = sizeof size;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &size, &length);
  return size;
}

/// The kernel doubles what it is asked for, to pay for its own keeping of books (socket(7)).
int MediaSocket::wanted_receive_buffer() {
  return 2 * socket_buffer_bytes;
}

std::span<const IncomingPacket> MediaSocket::receive() {
  Buffers& b = *buffers_;
  b.rearm();
  const int count = ::recvmmsg(fd_.get(), b.in.data(), batch_size, MSG_DONTWAIT, nullptr);
  b.last_count = count > 0 ? static_cast<std::size_t>(count) : 0;
  for (std::size_t i = 0; i < b.last_count; ++i) {
    msghdr& header = b.in[i].msg_hdr;
    const bool is_whole = (header.msg_flags & MSG_TRUNC) == 0;
    b.packets[i].bytes = MutableBytes(b.bytes[i]).first(is_whole ? b.in[i].msg_len : 0);
    b.packets[i].path = {from_native(b.in_addresses[i]),
                         b.tells_local ? local_of(header, local_) : local_};
  }
  return {b.packets.data(), b.last_count};
}

void MediaSocket::send(std::span<const OutgoingPacket> packets) {
  Buffers& b = *buffers_;
  for (std::size_t i = 0; i < packets.size(); ++i) b.prepare(i, packets[i]);
  std::size_t done = 0;
  while (done < packets.size()) {
    const int sent = ::sendmmsg(fd_.get(), b.out.data() + done,
                                static_cast<unsigned>(packets.size() - done), MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      unsent_ += packets.size() - done;
      return;
    } else if (errno != EINTR) {
      // This one cannot go (no route, too long); the others may.
      ++unsent_;
      ++done;
    }
  }
}

}  // namespace dering::engine
