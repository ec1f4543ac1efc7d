// SPDX-License-Identifier: Apache-2.0
#include "engine/wiring.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/bridge/party.h"
#include "engine/link/clear_link.h"
#include "engine/link/sdes_link.h"
#include "engine/validate.h"

namespace dering::engine {
namespace {

using namespace media::v2;

ice::Credentials credentials(const IceCredentials& message) {
  return {message.ufrag(), message.pwd()};
}

ice::Generation generation(const Ice& ice) {
  return {credentials(ice.local()), ice.remote().ufrag()};
}

Party& party_of(Port& port) {
  if (!port.party) port.party = std::make_unique<Party>(port);
  return *port.party;
}

}  // namespace

Wiring::Outcome Wiring::carry_out(const Command& command, Instant now, Outbox& out) {
  if (auto fault = fault_of(command)) return std::unexpected(std::move(*fault));
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return open_bridge(command.open_bridge());
    case Command::kOpenPort:
      return open_port(command.open_port(), now, out);
    case Command::kUpdatePort:
      return update_port(command.update_port(), now, out);
    case Command::kMovePort:
      return move_port(command.move_port(), now);
    case Command::kJoin:
      return join(command.join(), now);
    case Command::kCloseBridge:
      close_bridge(command.close_bridge().bridge(), now, out);
      return {};
    case Command::kClosePort:
      close_port(command.close_port().port(), now, out);
      return {};
    case Command::kStart:
      return start(command.start(), now, out);
    case Command::kStop:
      stop(command.stop().action(), now, out);
      return {};
    case Command::kSendDigit:
      return send_digit(command.send_digit(), now);
    case Command::kHello:
    case Command::VERB_NOT_SET:
      return {};
  }
  return {};
}

// Bridges

Wiring::Outcome Wiring::open_bridge(const OpenBridge& command) {
  if (tables_.bridges.contains(command.bridge())) {
    return std::unexpected(taken("The bridge is open already."));
  }
  if (tables_.bridges.size() >= limits_.bridges) {
    return std::unexpected(limit("The engine has no room for more bridges."));
  }
  auto bridge = std::make_unique<Bridge>();
  bridge->id = command.bridge();
  tables_.bridges.emplace(command.bridge(), std::move(bridge));
  return {};
}

void Wiring::close_bridge(std::uint64_t id, Instant now, Outbox& out) {
  const auto found = tables_.bridges.find(id);
  if (found == tables_.bridges.end()) return;
  for (const auto& port : found->second->ports) detach(*port, now, out);
  tables_.bridges.erase(found);
}

// Ports

Wiring::Outcome Wiring::may_open(const OpenPort& command) const {
  const auto found = tables_.bridges.find(command.bridge());
  if (found == tables_.bridges.end()) return std::unexpected(unknown("There is no such bridge."));
  const Bridge& bridge = *found->second;
  if (bridge.ports.size() >= limits_.ports_per_bridge) {
    return std::unexpected(
        limit(fmt::format("A bridge takes {} ports.", limits_.ports_per_bridge)));
  }
  if (tables_.ports.contains(command.port())) {
    return std::unexpected(taken("The port is open already."));
  }
  if (command.has_rtp()) {
    const auto udp_port = static_cast<std::uint16_t>(command.rtp().local_port());
    if (!tables_.rtp.has(udp_port)) {
      return std::unexpected(malformed("The RTP port is none of this media thread."));
    }
    if (tables_.rtp.find(udp_port) != nullptr) {
      return std::unexpected(taken("The RTP port is in use."));
    }
  } else if (tables_.ufrags.contains(command.ice().local().ufrag())) {
    return std::unexpected(taken("The ufrag is in use."));
  }
  return {};
}

Wiring::Outcome Wiring::open_port(const OpenPort& command, Instant now, Outbox& out) {
  if (auto outcome = may_open(command); !outcome) return outcome;
  Bridge& bridge = *tables_.bridges.find(command.bridge())->second;
  if (auto outcome = may_equip(nullptr, command); !outcome) return outcome;
  auto port = command.has_rtp()
                  ? std::make_unique<Port>(command.port(), bridge, command.rtp())
                  : std::make_unique<Port>(command.port(), bridge, generation(command.ice()));
  port->awaits_keys = command.awaits_keys();
  if (auto outcome = equip(*port, command, now, out); !outcome) return outcome;
  if (port->rtp) {
    tables_.rtp.set(port->rtp->local_port(), port.get());
  } else {
    tables_.ufrags.emplace(port->ice.current().local.ufrag, port.get());
  }
  tables_.ports.emplace(command.port(), port.get());
  tables_.schedule(*port);
  bridge.ports.push_back(std::move(port));
  bridge.rewire();
  return {};
}

Wiring::Outcome Wiring::update_port(const UpdatePort& command, Instant now, Outbox& out) {
  Port* port = tables_.port(command.port());
  if (port == nullptr) return {};  // it may have been closed meanwhile
  if (auto outcome = may_equip(port, command); !outcome) return outcome;
  if (auto outcome = update_way(*port, command); !outcome) return outcome;
  if (auto outcome = equip(*port, command, now, out); !outcome) return outcome;
  tables_.schedule(*port);
  port->bridge->rewire();
  return {};
}

Wiring::Outcome Wiring::update_way(Port& port, const UpdatePort& command) {
  if (command.has_rtp()) {
    if (!port.rtp || port.rtp->local_port() != command.rtp().local_port()) {
      return std::unexpected(malformed("A port keeps the kind of its way, and its RTP port."));
    }
    port.rtp->update(command.rtp());
    return {};
  }
  const Ice& ice = command.ice();
  if (!ice.has_local() && !ice.has_remote()) return {};
  if (port.rtp) return std::unexpected(malformed("A port keeps the kind of its way."));
  return restart_ice(port, ice);
}

Wiring::Outcome Wiring::restart_ice(Port& port, const Ice& ice) {
  const bool restarts = ice.has_local() && credentials(ice.local()) != port.ice.current().local;
  if (!restarts) {
    if (ice.has_remote()) port.ice.set_remote_ufrag(ice.remote().ufrag());
    return {};
  }
  if (tables_.ufrags.contains(ice.local().ufrag())) {
    return std::unexpected(taken("The ufrag is in use."));
  }
  const auto displaced = port.ice.restart(generation(ice));
  if (displaced) tables_.ufrags.erase(*displaced);
  tables_.ufrags.emplace(ice.local().ufrag(), &port);
  return {};
}

/// Keys and stream that the command brings, before anything of it is carried out.
template <class PortCommand>
Wiring::Outcome Wiring::may_equip(const Port* port, const PortCommand& command) const {
  if (command.keys().has_dtls()) {
    const bool is_proved = port != nullptr ? !port->rtp : !command.has_rtp();
    if (!is_proved) return std::unexpected(malformed("DTLS needs a way that ICE has proved."));
    if (!equipment_.make_dtls_link) {
      return std::unexpected(malformed("This engine cannot shake hands."));
    }
  }
  const bool has_stream = port != nullptr && port->party && port->party->earpiece().has_stream();
  if (command.has_stream() && has_stream &&
      port->party->earpiece().ssrc() != command.stream().ssrc()) {
    return std::unexpected(malformed("A stream keeps its SSRC."));
  }
  return {};
}

/// Gives the port the keys and the stream that the command brings.
template <class PortCommand>
Wiring::Outcome Wiring::equip(Port& port, const PortCommand& command, Instant now, Outbox& out) {
  if (command.has_keys()) set_keys(port, command.keys(), now, out);
  if (command.has_stream()) party_of(port).set_stream(command.stream(), now);
  return {};
}

void Wiring::set_keys(Port& port, const Keys& keys, Instant now, Outbox& out) {
  if (port.party && port.party->update_keys(keys, now, out)) return;
  Party& party = party_of(port);
  switch (keys.kind_case()) {
    case Keys::kDtls:
      return party.set_link(equipment_.make_dtls_link(keys.dtls()), now, out);
    case Keys::kSdes:
      return party.set_link(std::make_unique<SdesLink>(keys.sdes()), now, out);
    case Keys::kClear:
      return party.set_link(std::make_unique<ClearLink>(), now, out);
    case Keys::KIND_NOT_SET:
      return;
  }
}

void Wiring::close_port(std::uint64_t id, Instant now, Outbox& out) {
  Port* port = tables_.port(id);
  if (port == nullptr) return;
  Bridge& bridge = *port->bridge;
  detach(*port, now, out);
  std::erase_if(bridge.ports, [&](const auto& owned) { return owned.get() == port; });
  bridge.rewire();
}

Wiring::Outcome Wiring::move_port(const MovePort& command, Instant now) {
  Port* port = tables_.port(command.port());
  if (port == nullptr) return {};  // it may have been closed meanwhile
  const auto found = tables_.bridges.find(command.bridge());
  if (found == tables_.bridges.end()) return std::unexpected(unknown("There is no such bridge."));
  Bridge& from = *port->bridge;
  Bridge& to = *found->second;
  if (&from == &to) return {};
  if (to.ports.size() >= limits_.ports_per_bridge) {
    return std::unexpected(
        limit(fmt::format("A bridge takes {} ports.", limits_.ports_per_bridge)));
  }
  if (port->party) port->party->join({}, now);
  const auto owned = std::ranges::find(from.ports, port, &std::unique_ptr<Port>::get);
  to.ports.push_back(std::move(*owned));
  from.ports.erase(owned);
  port->bridge = &to;
  from.rewire();
  to.rewire();
  tables_.schedule(*port);
  return {};
}

/// Takes the port out of every table and says its last word. The bridge still owns it.
void Wiring::detach(Port& port, Instant now, Outbox& out) {
  if (port.party) port.party->on_close(now, out);
  for (const auto& known : port.ice.learnt()) tables_.addresses.erase(known.path.remote);
  if (port.rtp) {
    tables_.rtp.set(port.rtp->local_port(), nullptr);
  } else {
    tables_.ufrags.erase(port.ice.current().local.ufrag);
  }
  if (port.ice.previous()) tables_.ufrags.erase(port.ice.previous()->local.ufrag);
  tables_.ports.erase(port.id);
  auto& closed = *out.events.emplace_back().mutable_port_closed();
  closed.set_port(port.id);
  closed.set_packets_received(port.traffic.received);
  closed.set_packets_sent(port.traffic.sent);
  closed.set_packets_dropped(port.traffic.dropped);
}

}  // namespace dering::engine
