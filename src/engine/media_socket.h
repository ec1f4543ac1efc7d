// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "base/file_descriptor.h"
#include "base/socket_address.h"
#include "engine/incoming_packet.h"
#include "engine/outbox.h"

namespace dering::engine {

/// The UDP socket of a media thread. Works in batches: per packet the kernel is nearly all of the
/// cost, so the only saving is fewer calls. One thread.
class MediaSocket {
 public:
  static constexpr std::size_t batch_size = most_packets_in_batch;
  /// Longer datagrams are dropped; no browser sends them.
  static constexpr std::size_t most_packet_bytes = 2048;

  /// Bound to an address of its own, or to all ("0.0.0.0"; "::" takes both families): then packets
  /// leave from the address that the phone sends to. Port 0 takes a free one. The error is one
  /// sentence naming the address.
  static std::expected<MediaSocket, std::string> bind(const SocketAddress& address);
  MediaSocket(MediaSocket&&) noexcept;
  MediaSocket& operator=(MediaSocket&&) noexcept;
  ~MediaSocket();

  int fd() const { return fd_.get(); }
  std::uint16_t port() const { return local_.port(); }
  const SocketAddress& local() const { return local_; }

  /// What has come, without waiting; at most batch_size. The bytes stay until the next call.
  std::span<const IncomingPacket> receive();
  /// Sends those that leave from this socket's port, in order, without waiting. What the kernel
  /// does not take is lost, and counted.
  void send(std::span<const OutgoingPacket> packets);

  std::uint64_t unsent() const { return unsent_; }

  /// What the kernel granted for waiting packets, in its own count of bytes, and what was asked
  /// for. Too little, and packets are lost whenever this thread does not run for a few
  /// milliseconds.
  int receive_buffer() const;
  static int wanted_receive_buffer();

 private:
  struct Buffers;
  MediaSocket(FileDescriptor fd, const SocketAddress& local);

  FileDescriptor fd_;
  SocketAddress local_;
  std::unique_ptr<Buffers> buffers_;
  std::uint64_t unsent_ = 0;
};

}  // namespace dering::engine
