// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.h"
#include "base/table_size.h"
#include "engine/incoming_packet.h"
#include "engine/outbox.h"
#include "engine/packet_kind.h"
#include "engine/tables.h"
#include "engine/wiring.h"

namespace dering::engine {

/// Packets that went nowhere, by reason.
struct Strays {
  std::uint64_t unknown_source = 0;  ///< media from an address no port has learnt
  std::uint64_t unknown_ufrag = 0;   ///< a check for no port of ours
  std::uint64_t unproven = 0;        ///< a check that did not carry the password
  std::uint64_t unused_port = 0;     ///< RTP or RTCP where no phone is expected
  std::uint64_t malformed = 0;
};

/// All bridges and ports of one media thread, and the way of every packet between them. A pure
/// machine: commands, datagrams and time in, an Outbox out. Looks a packet's sender up by address,
/// which is learnt only from a STUN check that carries the port's password, or by the UDP port that
/// is one phone's own. Carrying a packet neither allocates nor locks.
class Patchbay {
 public:
  explicit Patchbay(Limits limits = {}, Equipment equipment = {});
  Patchbay(const Patchbay&) = delete;
  Patchbay& operator=(const Patchbay&) = delete;

  void on_command(const media::v2::Command& command, Instant now, Outbox& out);
  /// Before the datagrams of a batch are handed in one by one: fetches what they will need into the
  /// cache, all at once, since it hardly ever stays there while the kernel works. Changes nothing.
  void prefetch(std::span<const IncomingPacket> batch) const;
  /// The datagram must stay where it is until `out` has been sent. The port of the path's local
  /// address tells which of our UDP ports it came to; one that is no RTP port is the shared one.
  void on_datagram(MutableBytes datagram, const ice::Path& path, Instant now, Outbox& out);
  /// Does what is due, as far as `out` has room: again once it has been sent, while anything is
  /// due.
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const { return tables_.timers.next(); }

  const Strays& strays() const { return strays_; }
  std::size_t bridge_count() const { return tables_.bridges.size(); }
  std::size_t port_count() const { return tables_.ports.size(); }
  std::size_t learnt_count() const { return tables_.addresses.size(); }
  void list(TableSizes& out) const { tables_.list(out); }

 private:
  void on_rtp(const IncomingPacket& packet, Instant now, Outbox& out);
  void on_stun(Bytes datagram, const ice::Path& path, Instant now, Outbox& out);
  void on_media(PacketKind kind, const IncomingPacket& packet, Instant now, Outbox& out);
  void settle(Port& port, const ice::LiteAgent::Answer& answer, const ice::Path& path);
  void connected(Port& port, Instant now, Outbox& out);
  void wake_port(Port& port, Instant now, Outbox& out);

  Tables tables_;
  Wiring wiring_;
  Strays strays_;
};

}  // namespace dering::engine
