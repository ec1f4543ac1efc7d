// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/outbox.h"
#include "engine/terminal.h"
#include "ice/lite_agent.h"

namespace dering::engine {

struct Bridge;

/// Packets that passed a port, seen from the engine. STUN does not count.
struct Traffic {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t dropped = 0;  ///< received, but of no use or with nowhere to go
};

/// One phone's way into a bridge. Owned by its bridge; lives on one media thread. What every packet
/// touches lies in the first two cache lines.
struct alignas(64) Port {
  Port(std::uint64_t its_id, Bridge& its_bridge, ice::Generation generation)
      : bridge(&its_bridge), id(its_id), ice(std::move(generation)) {}

  /// Where packets go while the bridge is a sealed pair; null while it is not.
  Port* peer = nullptr;
  Bridge* bridge;
  std::uint64_t id;
  Traffic traffic;
  ice::LiteAgent ice;
  std::unique_ptr<Terminal> terminal;  ///< only on terminated ports
  /// The one timer entry that counts; others in the queue are outdated.
  std::optional<Instant> timer_at;

  void prefetch() const {
    __builtin_prefetch(this);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + 64);
  }

  std::optional<Instant> next_deadline() const {
    return earlier(ice.next_deadline(), terminal ? terminal->next_deadline() : std::nullopt);
  }

  /// Sends bytes that stay where they are until the batch has been sent. False while there is no
  /// path.
  bool send(Bytes packet, Outbox& out) {
    const ice::Path* path = ice.selected();
    if (path == nullptr) return false;
    out.forward(packet, *path);
    ++traffic.sent;
    return true;
  }
};

/// Ports that hear each other.
struct Bridge {
  std::uint64_t id = 0;
  media::v2::OpenBridge::Kind kind = media::v2::OpenBridge::KIND_UNSPECIFIED;
  std::vector<std::unique_ptr<Port>> ports;

  /// RFC 3261 forks a call: while more than two ports are open nobody is anybody's peer yet.
  void pair_up() {
    const bool is_pair = kind == media::v2::OpenBridge::KIND_SEALED && ports.size() == 2;
    for (auto& port : ports) {
      port->peer = is_pair ? ports[port == ports[0] ? 1 : 0].get() : nullptr;
    }
  }
};

/// What a terminal may do: send to its phone, and tell the switchboard how securing went.
class TerminalOutbox {
 public:
  TerminalOutbox(Port& port, Outbox& out) : port_(port), out_(out) {}

  /// Sends bytes that stay where they are until the batch has been sent (the received packet).
  void forward(Bytes packet) { port_.send(packet, out_); }
  /// Sends a copy, at most Outbox::draft_size bytes.
  void send(Bytes packet);
  void secured(std::string_view profile);
  void failed(std::string_view sentence);
  /// Counts a received packet that was of no use.
  void dropped() { ++port_.traffic.dropped; }

 private:
  Port& port_;
  Outbox& out_;
};

}  // namespace dering::engine
