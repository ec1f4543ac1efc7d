// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/instant.h"
#include "base/socket_address.h"
#include "base/table_size.h"
#include "engine/patchbay.h"
#include "engine/roster.h"

namespace dering::testing {

/// The media engine without sockets and threads: the real Roster and one real Patchbay for each of
/// two media threads. Only the links of terminated ports are fakes: OpenSSL reads its own clock and
/// draws its own randomness, so a real handshake would make a seed unrepeatable.
class Engine {
 public:
  static constexpr std::size_t thread_count = 2;
  static constexpr std::uint16_t first_port = 10'000;  ///< of the first thread
  static constexpr std::uint16_t first_rtp_port = 20'000;
  static constexpr std::size_t rtp_pairs_a_thread = 200;

  /// What left the engine in one round.
  struct Result {
    struct Packet {
      std::vector<std::uint8_t> bytes;
      SocketAddress to;
    };
    std::vector<Packet> packets;
    std::vector<media::v2::Event> events;
  };

  Engine();

  /// What the process says first; with the bridges that outlived the connection.
  media::v2::Event ready() const;
  Result on_command(const media::v2::Command& command, Instant now);
  /// A datagram to the port of one of the threads.
  Result on_datagram(std::vector<std::uint8_t> bytes, const SocketAddress& from, std::uint16_t port,
                     Instant now);
  Result on_time(Instant now);
  std::optional<Instant> next_deadline() const;
  /// The process dies with all it held, and another takes its place.
  void die();

  std::size_t bridge_count() const { return roster_.bridges().size(); }
  std::size_t port_count() const;
  TableSizes tables() const;

 private:
  Result collect();

  engine::Roster roster_;
  std::vector<std::unique_ptr<engine::Patchbay>> patchbays_;
  engine::Outbox out_;
};

}  // namespace dering::testing
