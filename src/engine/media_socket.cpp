// SPDX-License-Identifier: Apache-2.0
#include "engine/media_socket.h"

#include <array>
#include <cerrno>
#include <utility>

#include "base/native_address.h"
#include "engine/udp_port.h"

namespace dering::engine {
namespace {

constexpr int socket_buffer_bytes = 4 * 1024 * 1024;

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
  auto port = bind_udp(address, socket_buffer_bytes);
  if (!port) return std::unexpected(std::move(port.error()));
  return MediaSocket(std::move(port->fd), port->local);
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
  std::size_t count = 0;
  for (const OutgoingPacket& packet : packets) {
    if (packet.path.local.port() == local_.port()) b.prepare(count++, packet);
  }
  std::size_t done = 0;
  while (done < count) {
    const int sent = ::sendmmsg(fd_.get(), b.out.data() + done, static_cast<unsigned>(count - done),
                                MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      unsent_ += count - done;
      return;
    } else if (errno != EINTR) {
      // This one cannot go (no route, too long); the others may.
      ++unsent_;
      ++done;
    }
  }
}

}  // namespace dering::engine
