// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/link/rtp_way.h"
#include "engine/outbox.h"
#include "engine/packet_kind.h"
#include "ice/lite_agent.h"

namespace dering::engine {

struct Bridge;
class Party;

/// Packets that passed a port, seen from the engine. STUN does not count.
struct Traffic {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t dropped = 0;  ///< received, but of no use or with nowhere to go
};

/// One phone's way into a bridge. Owned by its bridge; lives on one media thread. What every packet
/// of a sealed call touches lies in the first two cache lines.
struct alignas(64) Port {
  /// On a way by ICE.
  Port(std::uint64_t its_id, Bridge& its_bridge, ice::Generation generation);
  /// On a way by RTP alone.
  Port(std::uint64_t its_id, Bridge& its_bridge, const media::v2::Rtp& way);
  ~Port();

  /// Where packets go while the bridge is a sealed pair; null while it is not.
  Port* peer = nullptr;
  Bridge* bridge;
  std::uint64_t id;
  Traffic traffic;
  ice::LiteAgent ice;
  std::optional<RtpWay> rtp;     ///< instead of ICE
  std::unique_ptr<Party> party;  ///< once it has keys or a stream
  bool awaits_keys = false;      ///< none yet, and not because it is sealed
  /// The one timer entry that counts; others in the queue are outdated.
  std::optional<Instant> timer_at;

  void prefetch() const {
    __builtin_prefetch(this);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + 64);
  }

  std::optional<Instant> next_deadline() const;
  bool has_keys() const;
  /// One that could be a side of a sealed call.
  bool is_sealed_end() const { return !rtp && !awaits_keys && !has_keys(); }

  /// Where RTP and RTCP of a port with keys go; null while there is no path.
  const ice::Path* media_path() const { return rtp ? rtp->media_path() : ice.selected(); }
  const ice::Path* control_path() const { return rtp ? rtp->control_path() : ice.selected(); }
  /// Whose an RTP packet is. From an address that ICE has proved it is the phone's.
  RtpWay::Origin on_media_from(const ice::Path& path, const rtp::Header& header, Instant now) {
    return rtp ? rtp->on_media(path, header, now) : RtpWay::Origin::phone;
  }
  void on_control_from(const ice::Path& path) {
    if (rtp) rtp->on_control(path);
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

/// What a port may send to its phone, and tell the switchboard.
class PortOutbox {
 public:
  PortOutbox(Port& port, Outbox& out) : port_(port), out_(out) {}

  /// Sends bytes that stay where they are until the batch has been sent (the received packet).
  void forward(Bytes packet) { port_.send(packet, out_); }
  /// Sends a copy, at most Outbox::draft_size bytes.
  void send(Bytes packet);
  void connected();
  void silent(std::chrono::seconds time);
  void secured(std::string_view profile);
  void failed(std::string_view sentence);
  /// Counts a received packet that was of no use.
  void dropped() { ++port_.traffic.dropped; }

 private:
  Port& port_;
  Outbox& out_;
};

}  // namespace dering::engine
