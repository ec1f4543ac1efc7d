// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/file_descriptor.h"
#include "base/socket_address.h"
#include "engine/incoming_packet.h"
#include "engine/outbox.h"
#include "engine/rtp_table.h"

namespace dering::engine {

/// The UDP sockets of a media thread for phones without ICE: opened once, since opening one costs
/// as much as carrying two packets. One thread.
class RtpSockets {
 public:
  /// None at all.
  RtpSockets();
  /// As many pairs as can be had of UDP ports `first` to `last`; with `first` 0, `last` + 1 ports
  /// wherever they are free. Bound to the address as MediaSocket::bind() takes it.
  static RtpSockets bind(const SocketAddress& address, std::uint16_t first, std::uint16_t last);
  RtpSockets(RtpSockets&&) noexcept;
  RtpSockets& operator=(RtpSockets&&) noexcept;
  ~RtpSockets();

  /// The pairs that it got.
  std::span<const RtpPorts> ports() const { return ports_; }
  /// Readable while packets wait; -1 without sockets.
  int fd() const { return epoll_.get(); }

  /// Some of what has come, without waiting: a few packets of each port in turn, so that none can
  /// keep others from being heard. The bytes stay until the next call.
  std::span<const IncomingPacket> receive();
  /// True if receive() may have left packets.
  bool may_have_more() const { return may_have_more_; }
  /// Sends those that leave from its ports, without waiting. What the kernel does not take is lost,
  /// and counted.
  void send(std::span<const OutgoingPacket> packets);
  std::uint64_t unsent() const { return unsent_; }

 private:
  struct Buffers;
  bool add_pair(const SocketAddress& address, std::uint16_t first);
  bool add_free_pair(const SocketAddress& address);
  void note_pair(std::uint16_t first);
  void read(std::uint16_t udp_port, std::size_t& count);
  void send_one(int fd, const OutgoingPacket& packet);
  int fd_of(std::uint16_t udp_port) const;

  FileDescriptor epoll_;
  SocketAddress bound_;
  std::vector<RtpPorts> ports_;
  std::vector<FileDescriptor> fds_;  ///< by UDP port, from the first on
  std::unique_ptr<Buffers> buffers_;
  bool may_have_more_ = false;
  std::uint64_t unsent_ = 0;
};

}  // namespace dering::engine
