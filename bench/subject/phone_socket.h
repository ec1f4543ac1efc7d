// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/file_descriptor.h"

namespace dering::bench {

/// Many phones on one UDP socket: phone i is 127.1.0.0 + i, told apart by IP_PKTINFO. Packets go
/// out and come in by batches; `at` is a packet's place in its batch.
class PhoneSocket {
 public:
  static constexpr std::size_t batch_size = 64;
  /// Where a phone sends to, and what its ICE checks are for; no check if that is empty.
  struct Way {
    sockaddr_in to{};
    std::string ufrag;
  };

  PhoneSocket();

  std::uint16_t port() const;
  /// "127.1.0.3:40000"
  std::string address_of(std::size_t phone) const;
  /// Stamps what comes in with its arrival; costs the engine's send path a little.
  void stamp(bool on);

  /// A check from each phone that does ICE, until each was answered. False if some never are.
  bool connect(std::span<const Way> ways, const std::string& pwd);

  MutableBytes draft(std::size_t at);
  /// The first `size` bytes of the draft go out from that phone. `to` outlives the batch.
  void address(std::size_t at, std::size_t phone, std::size_t size, const sockaddr_in& to);
  void send(std::size_t count);

  std::size_t receive();
  MutableBytes received(std::size_t at);
  /// The phone that the packet came to.
  std::size_t phone_of(std::size_t at) const;
  /// Nanoseconds of the system's clock, if they are stamped.
  std::optional<std::int64_t> arrived_at(std::size_t at) const;

 private:
  struct Buffers;
  std::size_t take_answers(std::vector<bool>& missing);

  FileDescriptor socket_;
  std::shared_ptr<Buffers> buffers_;
};

/// How long after the last packet answers to it may still come.
constexpr auto grace = std::chrono::milliseconds(300);

/// take(at) gets what came in.
template <class Take>
void take_all(PhoneSocket& socket, Take take) {
  while (const std::size_t count = socket.receive()) {
    for (std::size_t at = 0; at < count; ++at) take(at);
    if (count < PhoneSocket::batch_size) break;
  }
}

/// Each of `phones` sends a packet each interval; all together they send evenly, so that no two
/// send at once. send(first, count) sends one packet each of phones from `first` on; take(at) gets
/// what came in. Gives how many were sent.
template <class Send, class Take>
std::uint64_t send_evenly(PhoneSocket& socket, std::size_t phones,
                          std::chrono::nanoseconds interval, std::chrono::nanoseconds duration,
                          Send send, Take take) {
  // Fine enough to be even, coarse enough to leave the generator's core time.
  constexpr auto pace = std::chrono::microseconds(100);
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t total = static_cast<std::uint64_t>(duration / interval) * phones;
  for (std::uint64_t sent = 0;;) {
    const auto now = std::chrono::steady_clock::now() - start;
    if (now > duration) return sent;
    const auto due =
        std::min<std::uint64_t>(total, static_cast<std::uint64_t>(now.count()) * phones /
                                           static_cast<std::uint64_t>(interval.count()));
    while (sent < due) {
      const std::size_t count = std::min<std::uint64_t>(PhoneSocket::batch_size, due - sent);
      send(sent % phones, count);
      sent += count;
    }
    take_all(socket, take);
    std::this_thread::sleep_for(pace);
  }
}

}  // namespace dering::bench
