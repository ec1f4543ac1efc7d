// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "base/table_size.h"
#include "base/text_hash.h"
#include "base/timer_queue.h"
#include "engine/address_table.h"
#include "engine/incoming_packet.h"
#include "engine/outbox.h"
#include "engine/port.h"
#include "engine/terminal.h"

namespace dering::engine {

/// How much one media thread takes on; what is beyond is refused.
struct Limits {
  std::size_t bridges = 16'384;
  std::size_t ports_per_bridge = 64;
};

/// Packets that went nowhere, by reason.
struct Strays {
  std::uint64_t unknown_source = 0;  ///< media from an address no port has learnt
  std::uint64_t unknown_ufrag = 0;   ///< a check for no port of ours
  std::uint64_t unproven = 0;        ///< a check that did not carry the password
  std::uint64_t malformed = 0;
};

/// All bridges and ports of one media thread, and the way of every packet between them. A pure
/// machine: commands, datagrams and time in, an Outbox out. Looks a packet's sender up by address;
/// an address is learnt only from a STUN check that carries the port's password. Carrying a packet
/// on neither allocates nor locks.
class Patchbay {
 public:
  explicit Patchbay(Limits limits = {}, TerminalFactory make_terminal = {});
  Patchbay(const Patchbay&) = delete;
  Patchbay& operator=(const Patchbay&) = delete;

  void on_command(const media::v2::Command& command, Instant now, Outbox& out);
  /// Before the datagrams of a batch are handed in one by one: fetches what they will need into the
  /// cache, all at once, since it hardly ever stays there while the kernel works. Changes nothing.
  void prefetch(std::span<const IncomingPacket> batch) const;
  /// The datagram must stay where it is until `out` has been sent.
  void on_datagram(MutableBytes datagram, const ice::Path& path, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const { return timers_.next(); }

  const Strays& strays() const { return strays_; }
  std::size_t bridge_count() const { return bridges_.size(); }
  std::size_t port_count() const { return ports_.size(); }
  std::size_t learnt_count() const { return addresses_.size(); }
  /// Sealed bridges that cannot relay since they have not exactly two ports.
  std::size_t crippled_bridge_count() const;
  void list(TableSizes& out) const;

 private:
  /// A sentence if the command was not carried out.
  using Outcome = std::expected<void, std::string>;
  struct Timer {
    std::uint64_t port;
    Instant at;
  };

  Outcome carry_out(const media::v2::Command& command, Instant now, Outbox& out);
  Outcome open_bridge(const media::v2::OpenBridge& command);
  Outcome open_port(const media::v2::OpenPort& command);
  Outcome update_port(const media::v2::UpdatePort& command, Instant now, Outbox& out);
  void close_bridge(std::uint64_t id, Outbox& out);
  void close_port(std::uint64_t id, Outbox& out);
  void detach(Port& port, Outbox& out);

  void on_stun(Bytes datagram, const ice::Path& path, Instant now, Outbox& out);
  void on_media(PacketKind kind, MutableBytes packet, const ice::Path& path, Instant now,
                Outbox& out);
  void settle(Port& port, const ice::LiteAgent::Answer& answer, const ice::Path& path);
  void connected(Port& port, Instant now, Outbox& out);
  void wake_port(Port& port, Instant now, Outbox& out);
  void schedule(Port& port);

  const Limits limits_;
  const TerminalFactory make_terminal_;
  AddressTable<Port> addresses_;
  std::unordered_map<std::string, Port*, TextHash, std::equal_to<>> ufrags_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Bridge>> bridges_;
  std::unordered_map<std::uint64_t, Port*> ports_;
  TimerQueue<Timer> timers_;
  Strays strays_;
};

}  // namespace dering::engine
