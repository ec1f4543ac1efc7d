// SPDX-License-Identifier: Apache-2.0
#include "engine/patchbay.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/bridge/party.h"
#include "stun/message.h"

namespace dering::engine {

using media::v2::OpenBridge;

Patchbay::Patchbay(Limits limits, Equipment equipment)
    : tables_(equipment.rtp_ports), wiring_(tables_, limits, std::move(equipment)) {}

// Packets

void Patchbay::prefetch(std::span<const IncomingPacket> batch) const {
  std::array<const Port*, most_packets_in_batch> ports;
  const std::size_t count = std::min(batch.size(), ports.size());
  for (std::size_t i = 0; i < count; ++i) tables_.addresses.prefetch(batch[i].path.remote);
  for (std::size_t i = 0; i < count; ++i) {
    ports[i] = tables_.addresses.find(batch[i].path.remote);
    if (ports[i] != nullptr) ports[i]->prefetch();
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (ports[i] != nullptr && ports[i]->peer != nullptr) ports[i]->peer->prefetch();
  }
}

void Patchbay::on_datagram(MutableBytes datagram, const ice::Path& path, Instant now, Outbox& out) {
  if (tables_.rtp.has(path.local.port())) return on_rtp({datagram, path}, now, out);
  const PacketKind kind = kind_of(datagram);
  switch (kind) {
    case PacketKind::rtp:
    case PacketKind::dtls:
      on_media(kind, {datagram, path}, now, out);
      return;
    case PacketKind::stun:
      on_stun(datagram, path, now, out);
      return;
    case PacketKind::other:
      ++strays_.malformed;
      return;
  }
}

void Patchbay::on_media(PacketKind kind, const IncomingPacket& packet, Instant now, Outbox& out) {
  Port* port = tables_.addresses.find(packet.path.remote);
  if (port == nullptr) {
    ++strays_.unknown_source;
    return;
  }
  ++port->traffic.received;
  if (port->peer != nullptr) {
    if (port->ice.on_packet(now)) connected(*port, now, out);
    if (!port->peer->send(packet.bytes, out)) ++port->traffic.dropped;
    return;
  }
  if (port->has_keys()) {
    port->party->on_packet(kind, packet, now, out);
    tables_.schedule_with_hearers(*port);
    return;
  }
  if (port->ice.on_packet(now)) connected(*port, now, out);
  ++port->traffic.dropped;
}

/// What came to a UDP port that is one phone's own.
void Patchbay::on_rtp(const IncomingPacket& packet, Instant now, Outbox& out) {
  const std::uint16_t udp_port = packet.path.local.port();
  Port* port = tables_.rtp.find(udp_port);
  if (port == nullptr) {
    ++strays_.unused_port;
    return;
  }
  ++port->traffic.received;
  const PacketKind kind = kind_of(packet.bytes);
  const bool is_in_place =
      kind == PacketKind::rtp && (udp_port % 2 == 0 || rtp::is_rtcp(packet.bytes));
  if (!port->party || !is_in_place || !port->rtp->admits(packet.path)) {
    ++port->traffic.dropped;
    return;
  }
  port->party->on_packet(kind, packet, now, out);
  tables_.schedule_with_hearers(*port);
}

void Patchbay::on_stun(Bytes datagram, const ice::Path& path, Instant now, Outbox& out) {
  const auto message = stun::parse(datagram);
  const bool is_request = message && message->message_class == stun::Class::request &&
                          message->method == stun::binding_method && message->username;
  if (!is_request) {
    // Keepalives are indications; they say nothing that is authenticated. Responses answer nothing
    // of ours, since a lite agent asks nothing.
    ++strays_.malformed;
    return;
  }
  // No answer for a port that is not here: it may be about to be opened, and an error would make
  // the phone give up; and what is not answered cannot be used to reflect.
  const auto found = tables_.ufrags.find(ice::asked_ufrag(*message->username));
  if (found == tables_.ufrags.end()) {
    ++strays_.unknown_ufrag;
    return;
  }
  Port& port = *found->second;
  // An address stays with the phone that proved it until its consent has expired: another phone
  // with credentials of its own and a forged source must not take it over.
  const Port* owner = tables_.addresses.find(path.remote);
  if (owner != nullptr && owner != &port && owner->ice.has_consent(path.remote, now)) {
    ++strays_.unproven;
    return;
  }
  const auto answer = port.ice.on_request(*message, path, now, out.draft());
  out.send_draft(answer.size, path);
  if (!answer.authenticated) {
    ++strays_.unproven;
    return;
  }
  settle(port, answer, path);
  if (answer.path_changed) {
    connected(port, now, out);
  } else if (port.has_keys()) {
    port.party->on_sign_of_life(now, out);
  }
}

/// Brings the tables up to what the agent has learnt.
void Patchbay::settle(Port& port, const ice::LiteAgent::Answer& answer, const ice::Path& path) {
  if (answer.retired_ufrag) tables_.ufrags.erase(*answer.retired_ufrag);
  if (answer.forgotten) tables_.addresses.erase(*answer.forgotten);
  Port* owner = tables_.addresses.find(path.remote);
  if (owner == &port) return;
  if (owner != nullptr) owner->ice.forget(path.remote);
  tables_.addresses.insert(path.remote, port);
}

void Patchbay::connected(Port& port, Instant now, Outbox& out) {
  if (port.ice.selected() == nullptr) return;
  PortOutbox(port, out).connected();
  if (port.party) port.party->on_connected(now, out);
  tables_.schedule(port);
}

// Time

void Patchbay::on_time(Instant now, Outbox& out) {
  while (out.has_room()) {
    const auto timer = tables_.timers.take_due(now);
    if (!timer) return;
    Port* port = tables_.port(timer->port);
    if (port != nullptr && port->timer_at == timer->at) wake_port(*port, now, out);
  }
}

void Patchbay::wake_port(Port& port, Instant now, Outbox& out) {
  port.timer_at.reset();
  if (!port.has_keys()) {
    if (const auto silence = port.ice.on_time(now)) PortOutbox(port, out).silent(*silence);
  }
  if (port.party) port.party->on_time(now, out);
  if (port.party) return tables_.schedule_with_hearers(port);
  tables_.schedule(port);
}

// Commands

void Patchbay::on_command(const media::v2::Command& command, Instant now, Outbox& out) {
  const auto outcome = wiring_.carry_out(command, now, out);
  if (outcome) return;
  auto& refused = *out.events.emplace_back().mutable_refused();
  refused.set_command_id(command.id());
  refused.set_reason(outcome.error().sentence);
  refused.set_why(outcome.error().why);
}

}  // namespace dering::engine
