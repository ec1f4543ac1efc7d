// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file_descriptor.h"
#include "base/socket_address.h"

namespace dering::net {

/// A non-blocking UDP socket of SIP that works in batches (recvmmsg, sendmmsg). One of all
/// addresses knows of each datagram which of them it came to (ip(7), IP_PKTINFO). One thread.
class UdpSocket {
 public:
  struct Received {
    Bytes bytes;
    SocketAddress source;
    SocketAddress local;  ///< the address of ours that it came to, with our port
  };
  struct Outgoing {
    std::string_view bytes;
    SocketAddress destination;
    /// Where it leaves from, on a socket of all addresses; unspecified, or gone since: as the
    /// kernel would have it.
    SocketAddress local{};
  };
  static constexpr std::size_t batch_size = 32;

  /// Port 0 takes a free one; "::" also takes IPv4. The error is one sentence naming the address.
  static std::expected<UdpSocket, std::string> bind(const SocketAddress& address);
  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  int fd() const { return fd_.get(); }
  const SocketAddress& local() const { return local_; }

  /// Up to batch_size datagrams without waiting; empty when none is there. The views hold until the
  /// next call.
  std::span<const Received> receive_batch();
  /// Sends without waiting. What the kernel does not take is lost, as any datagram may be.
  void send_batch(std::span<const Outgoing> datagrams);

  std::uint64_t sends_lost() const { return sends_lost_; }

 private:
  struct Buffers;
  struct OutgoingBatch;
  UdpSocket(FileDescriptor fd, const SocketAddress& local);

  bool is_of_all_addresses() const { return local_.is_unspecified(); }

  FileDescriptor fd_;
  SocketAddress local_;
  std::unique_ptr<Buffers> buffers_;
  std::uint64_t sends_lost_ = 0;
};

}  // namespace dering::net
