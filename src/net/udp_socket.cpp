// SPDX-License-Identifier: Apache-2.0
#include "net/udp_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/native_address.h"
#include "net/traffic_class.h"

namespace dering::net {
namespace {

constexpr int kernel_buffer_size = 4 * 1024 * 1024;
constexpr std::size_t largest_datagram = 65'535;

std::unexpected<std::string> cannot_bind(const SocketAddress& address) {
  return std::unexpected(fmt::format("cannot listen on UDP {}: {}", address.text(),
                                     std::generic_category().message(errno)));
}

void set_option(int fd, int level, int name, int value) {
  // The kernel grants less than asked where its limits say so; that is no reason not to start.
  ::setsockopt(fd, level, name, &value, sizeof value);
}

void ask_for_packet_info(int fd, int family) {
  if (family == AF_INET) return set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
  set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

}  // namespace

/// Laid out once. The kernel writes sizes into the headers it fills: those of the last batch are
/// set again, the others are still as they were.
struct UdpSocket::Buffers {
  explicit Buffers(bool asks_for_local);
  void rearm();

  const bool tells_local;  ///< bound to all addresses: each datagram says which one it came to

  std::array<std::array<std::uint8_t, largest_datagram>, batch_size> bytes;
  std::array<NativeAddress, batch_size> addresses;
  std::array<PacketInfo, batch_size> infos;
  std::array<iovec, batch_size> parts;
  std::array<mmsghdr, batch_size> messages;
  std::array<Received, batch_size> received;
  std::size_t last_count = batch_size;
};

UdpSocket::Buffers::Buffers(bool asks_for_local) : tells_local(asks_for_local) {
  for (std::size_t i = 0; i < batch_size; ++i) {
    parts[i] = {bytes[i].data(), bytes[i].size()};
    messages[i] = {};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = addresses[i].get();
    if (tells_local) messages[i].msg_hdr.msg_control = &infos[i];
  }
}

void UdpSocket::Buffers::rearm() {
  for (std::size_t i = 0; i < last_count; ++i) {
    messages[i].msg_hdr.msg_namelen = NativeAddress::room;
    if (tells_local) messages[i].msg_hdr.msg_controllen = sizeof infos[i];
  }
}

UdpSocket::UdpSocket(FileDescriptor fd, const SocketAddress& local)
    : fd_(std::move(fd)),
      local_(local),
      buffers_(std::make_unique<Buffers>(local.is_unspecified())) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&&) noexcept = default;
UdpSocket::~UdpSocket() = default;

std::expected<UdpSocket, std::string> UdpSocket::bind(const SocketAddress& address) {
  const int family = family_of(address);
  FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return cannot_bind(address);
  if (family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (address.is_unspecified()) ask_for_packet_info(fd.get(), family);
  mark_as_signalling(fd.get());
  set_option(fd.get(), SOL_SOCKET, SO_RCVBUF, kernel_buffer_size);
  set_option(fd.get(), SOL_SOCKET, SO_SNDBUF, kernel_buffer_size);

  const NativeAddress native = to_native(address, family);
  if (::bind(fd.get(), native.get(), native.size) != 0) return cannot_bind(address);
  NativeAddress bound;
  if (::getsockname(fd.get(), bound.get(), &bound.size) != 0) return cannot_bind(address);
  return UdpSocket(std::move(fd), from_native(bound));
}

std::span<const UdpSocket::Received> UdpSocket::receive_batch() {
  Buffers& b = *buffers_;
  b.rearm();
  const int count = ::recvmmsg(fd_.get(), b.messages.data(), batch_size, 0, nullptr);
  b.last_count = count > 0 ? static_cast<std::size_t>(count) : 0;
  const std::size_t filled = b.last_count;
  for (std::size_t i = 0; i < filled; ++i) {
    b.received[i] = {Bytes(b.bytes[i]).first(b.messages[i].msg_len), from_native(b.addresses[i]),
                     b.tells_local ? local_of(b.messages[i].msg_hdr, local_) : local_};
  }
  return std::span(b.received).first(filled);
}

/// What one sendmmsg points into.
struct UdpSocket::OutgoingBatch {
  OutgoingBatch(std::span<const Outgoing> datagrams, const UdpSocket& socket);
  /// The first one that is not sent yet goes as the kernel would have it.
  bool forget_local(std::size_t at);

  std::array<NativeAddress, batch_size> addresses;
  std::array<PacketInfo, batch_size> infos;
  std::array<iovec, batch_size> parts;
  std::array<mmsghdr, batch_size> messages;
};

UdpSocket::OutgoingBatch::OutgoingBatch(std::span<const Outgoing> datagrams,
                                        const UdpSocket& socket) {
  const int family = family_of(socket.local_);
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    const Outgoing& datagram = datagrams[i];
    addresses[i] = to_native(datagram.destination, family);
    parts[i] = {const_cast<char*>(datagram.bytes.data()), datagram.bytes.size()};
    messages[i] = {};
    msghdr& header = messages[i].msg_hdr;
    header.msg_iov = &parts[i];
    header.msg_iovlen = 1;
    header.msg_name = addresses[i].get();
    header.msg_namelen = addresses[i].size;
    if (!socket.is_of_all_addresses() || datagram.local.is_unspecified()) continue;
    header.msg_control = &infos[i];
    header.msg_controllen = set_local(datagram.local, family, infos[i]);
  }
}

bool UdpSocket::OutgoingBatch::forget_local(std::size_t at) {
  msghdr& header = messages[at].msg_hdr;
  header.msg_controllen = 0;
  return std::exchange(header.msg_control, nullptr) != nullptr;
}

void UdpSocket::send_batch(std::span<const Outgoing> datagrams) {
  while (!datagrams.empty()) {
    const auto batch = datagrams.first(std::min(datagrams.size(), batch_size));
    OutgoingBatch out(batch, *this);
    std::size_t done = 0;
    while (done < batch.size()) {
      const int sent = ::sendmmsg(fd_.get(), out.messages.data() + done,
                                  static_cast<unsigned>(batch.size() - done), 0);
      if (sent > 0) {
        done += static_cast<std::size_t>(sent);
        continue;
      }
      if (sent < 0 && errno == EINTR) continue;
      // The machine has lost that address since: a phone that is reached from another one is better
      // off than one that is not reached.
      const bool is_address_gone =
          errno == EINVAL || errno == ENETUNREACH || errno == EADDRNOTAVAIL;
      if (is_address_gone && out.forget_local(done)) continue;
      // An error belongs to the first datagram not sent (an ICMP answer to an earlier one, a port
      // 0, a full buffer): only that one is given up.
      ++sends_lost_;
      ++done;
    }
    datagrams = datagrams.subspan(batch.size());
  }
}

}  // namespace dering::net
