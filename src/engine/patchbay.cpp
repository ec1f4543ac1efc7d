// SPDX-License-Identifier: Apache-2.0
#include "engine/patchbay.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/validate.h"
#include "stun/message.h"

namespace dering::engine {
namespace {

using namespace media::v2;

ice::Credentials credentials(const IceCredentials& message) {
  return {message.ufrag(), message.pwd()};
}

}  // namespace

Patchbay::Patchbay(Limits limits, TerminalFactory make_terminal)
    : limits_(limits), make_terminal_(std::move(make_terminal)) {}

// Packets

void Patchbay::prefetch(std::span<const IncomingPacket> batch) const {
  std::array<const Port*, most_packets_in_batch> ports;
  const std::size_t count = std::min(batch.size(), ports.size());
  for (std::size_t i = 0; i < count; ++i) addresses_.prefetch(batch[i].path.remote);
  for (std::size_t i = 0; i < count; ++i) {
    ports[i] = addresses_.find(batch[i].path.remote);
    if (ports[i] != nullptr) ports[i]->prefetch();
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (ports[i] != nullptr && ports[i]->peer != nullptr) ports[i]->peer->prefetch();
  }
}

void Patchbay::on_datagram(MutableBytes datagram, const ice::Path& path, Instant now, Outbox& out) {
  const PacketKind kind = kind_of(datagram);
  switch (kind) {
    case PacketKind::rtp:
    case PacketKind::dtls:
      on_media(kind, datagram, path, now, out);
      return;
    case PacketKind::stun:
      on_stun(datagram, path, now, out);
      return;
    case PacketKind::other:
      ++strays_.malformed;
      return;
  }
}

void Patchbay::on_media(PacketKind kind, MutableBytes packet, const ice::Path& path, Instant now,
                        Outbox& out) {
  Port* port = addresses_.find(path.remote);
  if (port == nullptr) {
    ++strays_.unknown_source;
    return;
  }
  ++port->traffic.received;
  if (port->ice.on_packet(now)) connected(*port, now, out);
  if (port->peer != nullptr) {
    if (!port->peer->send(packet, out)) ++port->traffic.dropped;
  } else if (port->terminal) {
    TerminalOutbox terminal_out(*port, out);
    port->terminal->on_packet(kind, packet, now, terminal_out);
    schedule(*port);
  } else {
    ++port->traffic.dropped;
  }
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
  const auto found = ufrags_.find(ice::asked_ufrag(*message->username));
  if (found == ufrags_.end()) {
    ++strays_.unknown_ufrag;
    return;
  }
  Port& port = *found->second;
  // An address stays with the phone that proved it until its consent has expired: another phone
  // with credentials of its own and a forged source must not take it over.
  const Port* owner = addresses_.find(path.remote);
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
  if (answer.path_changed) connected(port, now, out);
}

/// Brings the tables up to what the agent has learnt.
void Patchbay::settle(Port& port, const ice::LiteAgent::Answer& answer, const ice::Path& path) {
  if (answer.retired_ufrag) ufrags_.erase(*answer.retired_ufrag);
  if (answer.forgotten) addresses_.erase(*answer.forgotten);
  Port* owner = addresses_.find(path.remote);
  if (owner == &port) return;
  if (owner != nullptr) owner->ice.forget(path.remote);
  addresses_.insert(path.remote, port);
}

void Patchbay::connected(Port& port, Instant now, Outbox& out) {
  const ice::Path* path = port.ice.selected();
  if (path == nullptr) return;
  auto& event = *out.events.emplace_back().mutable_port_connected();
  event.set_port(port.id);
  event.set_address(path->remote.text());
  if (port.terminal) {
    TerminalOutbox terminal_out(port, out);
    port.terminal->on_connected(now, terminal_out);
  }
  schedule(port);
}

void Patchbay::list(TableSizes& out) const {
  out.insert(out.end(), {{"bridges", bridges_.size()},
                         {"ports", ports_.size()},
                         {"user fragments", ufrags_.size()},
                         {"learnt addresses", addresses_.size()},
                         {"port timers", timers_.size()}});
}

std::size_t Patchbay::crippled_bridge_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(bridges_, [](const auto& entry) {
    return entry.second->kind == OpenBridge::KIND_SEALED && entry.second->ports.size() != 2;
  }));
}

// Time

void Patchbay::schedule(Port& port) {
  const auto deadline = port.next_deadline();
  if (!deadline || (port.timer_at && *port.timer_at <= *deadline)) return;
  port.timer_at = deadline;
  timers_.add(*deadline, {port.id, *deadline});
}

void Patchbay::on_time(Instant now, Outbox& out) {
  while (const auto timer = timers_.take_due(now)) {
    const auto found = ports_.find(timer->port);
    if (found == ports_.end() || found->second->timer_at != timer->at) continue;
    wake_port(*found->second, now, out);
  }
}

void Patchbay::wake_port(Port& port, Instant now, Outbox& out) {
  port.timer_at.reset();
  if (const auto silence = port.ice.on_time(now)) {
    auto& event = *out.events.emplace_back().mutable_port_silent();
    event.set_port(port.id);
    event.set_seconds(static_cast<std::uint32_t>(silence->count()));
  }
  if (port.terminal) {
    TerminalOutbox terminal_out(port, out);
    port.terminal->on_time(now, terminal_out);
  }
  schedule(port);
}

// Commands

void Patchbay::on_command(const Command& command, Instant now, Outbox& out) {
  const Outcome outcome = carry_out(command, now, out);
  if (outcome) return;
  auto& refused = *out.events.emplace_back().mutable_refused();
  refused.set_command_id(command.id());
  refused.set_reason(outcome.error());
}

Patchbay::Outcome Patchbay::carry_out(const Command& command, Instant now, Outbox& out) {
  if (auto fault = fault_of(command)) return std::unexpected(std::move(*fault));
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return open_bridge(command.open_bridge());
    case Command::kOpenPort:
      return open_port(command.open_port());
    case Command::kUpdatePort:
      return update_port(command.update_port(), now, out);
    case Command::kCloseBridge:
      close_bridge(command.close_bridge().bridge(), out);
      return {};
    case Command::kClosePort:
      close_port(command.close_port().port(), out);
      return {};
    case Command::kHello:
    case Command::VERB_NOT_SET:
      return {};
  }
  return {};
}

Patchbay::Outcome Patchbay::open_bridge(const OpenBridge& command) {
  if (bridges_.contains(command.bridge())) return std::unexpected("The bridge is open already.");
  if (bridges_.size() >= limits_.bridges) return std::unexpected("The engine is full.");
  auto bridge = std::make_unique<Bridge>();
  bridge->id = command.bridge();
  bridge->kind = command.kind();
  bridges_.emplace(command.bridge(), std::move(bridge));
  return {};
}

Patchbay::Outcome Patchbay::open_port(const OpenPort& command) {
  const auto found = bridges_.find(command.bridge());
  if (found == bridges_.end()) return std::unexpected("There is no such bridge.");
  Bridge& bridge = *found->second;
  const bool is_sealed = bridge.kind == OpenBridge::KIND_SEALED;
  const std::size_t most_ports = is_sealed ? limits_.ports_per_bridge : 1;
  if (bridge.ports.size() >= most_ports) return std::unexpected("The bridge is full.");
  if (ports_.contains(command.port())) return std::unexpected("The port is open already.");
  if (ufrags_.contains(command.local().ufrag())) return std::unexpected("The ufrag is in use.");
  if (is_sealed == command.has_dtls()) {
    return std::unexpected("A port has DTLS if, and only if, its bridge is not sealed.");
  }
  auto port = std::make_unique<Port>(
      command.port(), bridge,
      ice::Generation{credentials(command.local()), command.remote().ufrag()});
  if (!is_sealed) {
    if (make_terminal_) port->terminal = make_terminal_(bridge.kind, command.dtls());
    if (!port->terminal) return std::unexpected("This engine cannot terminate such a port.");
  }
  ufrags_.emplace(command.local().ufrag(), port.get());
  ports_.emplace(command.port(), port.get());
  bridge.ports.push_back(std::move(port));
  bridge.pair_up();
  return {};
}

Patchbay::Outcome Patchbay::update_port(const UpdatePort& command, Instant now, Outbox& out) {
  const auto found = ports_.find(command.port());
  if (found == ports_.end()) return {};  // it may have been closed meanwhile
  Port& port = *found->second;
  const bool restarts =
      command.has_local() && credentials(command.local()) != port.ice.current().local;
  if (restarts) {
    if (ufrags_.contains(command.local().ufrag())) return std::unexpected("The ufrag is in use.");
    const auto displaced =
        port.ice.restart({credentials(command.local()), command.remote().ufrag()});
    if (displaced) ufrags_.erase(*displaced);
    ufrags_.emplace(command.local().ufrag(), &port);
  } else if (command.has_remote()) {
    port.ice.set_remote_ufrag(command.remote().ufrag());
  }
  if (command.has_dtls() && port.terminal) {
    TerminalOutbox terminal_out(port, out);
    port.terminal->on_update(command.dtls(), now, terminal_out);
    schedule(port);
  }
  return {};
}

void Patchbay::close_bridge(std::uint64_t id, Outbox& out) {
  const auto found = bridges_.find(id);
  if (found == bridges_.end()) return;
  for (const auto& port : found->second->ports) detach(*port, out);
  bridges_.erase(found);
}

void Patchbay::close_port(std::uint64_t id, Outbox& out) {
  const auto found = ports_.find(id);
  if (found == ports_.end()) return;
  Port& port = *found->second;
  Bridge& bridge = *port.bridge;
  detach(port, out);
  std::erase_if(bridge.ports, [&](const auto& owned) { return owned.get() == &port; });
  bridge.pair_up();
}

/// Takes the port out of every table and says its last word. The bridge still owns it.
void Patchbay::detach(Port& port, Outbox& out) {
  if (port.terminal) {
    TerminalOutbox terminal_out(port, out);
    port.terminal->on_close(terminal_out);
  }
  for (const auto& known : port.ice.learnt()) addresses_.erase(known.path.remote);
  ufrags_.erase(port.ice.current().local.ufrag);
  if (port.ice.previous()) ufrags_.erase(port.ice.previous()->local.ufrag);
  ports_.erase(port.id);
  auto& closed = *out.events.emplace_back().mutable_port_closed();
  closed.set_port(port.id);
  closed.set_packets_received(port.traffic.received);
  closed.set_packets_sent(port.traffic.sent);
  closed.set_packets_dropped(port.traffic.dropped);
}

}  // namespace dering::engine
