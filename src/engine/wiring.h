// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <expected>
#include <vector>

#include "base/instant.h"
#include "engine/action/action.h"
#include "engine/link/link.h"
#include "engine/outbox.h"
#include "engine/refusal.h"
#include "engine/tables.h"

namespace dering::engine {

/// How much one media thread takes on; what is beyond is refused.
struct Limits {
  std::size_t bridges = 16'384;
  std::size_t ports_per_bridge = 64;
};

/// What one media thread has besides its shared socket.
struct Equipment {
  DtlsLinkFactory make_dtls_link{};   ///< empty: no port can shake hands
  FeedFactory make_feed{};            ///< empty: nothing is played but an echo
  std::vector<RtpPorts> rtp_ports{};  ///< that it is bound to
};

/// Carries out what the switchboard says, on the tables of one media thread. A pure machine.
class Wiring {
 public:
  using Outcome = std::expected<void, Refusal>;

  Wiring(Tables& tables, Limits limits, Equipment equipment)
      : tables_(tables), limits_(limits), equipment_(std::move(equipment)) {}

  Outcome carry_out(const media::v2::Command& command, Instant now, Outbox& out);

 private:
  Outcome open_bridge(const media::v2::OpenBridge& command);
  Outcome open_port(const media::v2::OpenPort& command, Instant now, Outbox& out);
  Outcome may_open(const media::v2::OpenPort& command) const;
  Outcome update_port(const media::v2::UpdatePort& command, Instant now, Outbox& out);
  Outcome update_way(Port& port, const media::v2::UpdatePort& command);
  Outcome restart_ice(Port& port, const media::v2::Ice& ice);
  template <class PortCommand>
  Outcome may_equip(const Port* port, const PortCommand& command) const;
  template <class PortCommand>
  Outcome equip(Port& port, const PortCommand& command, Instant now, Outbox& out);
  void set_keys(Port& port, const media::v2::Keys& keys, Instant now, Outbox& out);
  std::expected<Port*, Refusal> port_with_keys(std::uint64_t id) const;
  Outcome move_port(const media::v2::MovePort& command, Instant now);
  Outcome join(const media::v2::Join& command, Instant now);
  Outcome start(const media::v2::Start& command, Instant now, Outbox& out);
  void stop(std::uint64_t action, Instant now, Outbox& out);
  Outcome send_digit(const media::v2::SendDigit& command, Instant now);
  void close_bridge(std::uint64_t id, Instant now, Outbox& out);
  void close_port(std::uint64_t id, Instant now, Outbox& out);
  void detach(Port& port, Instant now, Outbox& out);

  Tables& tables_;
  const Limits limits_;
  const Equipment equipment_;
};

}  // namespace dering::engine
