// SPDX-License-Identifier: Apache-2.0
#include "sim/bridges.h"

#include <algorithm>

namespace dering::sim {

using media::v2::Command;

namespace {

/// The port that it says something of; 0: of none.
std::uint64_t port_spoken_of(const Command& command) {
  if (command.has_update_port()) return command.update_port().port();
  if (command.has_join()) return command.join().port();
  if (command.has_start()) return command.start().port();
  if (command.has_move_port()) return command.move_port().port();
  return command.send_digit().port();
}

}  // namespace

bool Bridges::reaches_engine(const Command& command) {
  if (command.has_open_bridge()) {
    bridges_.insert_or_assign(command.open_bridge().bridge(), Bridge{command.id()});
  }
  if (command.has_close_bridge()) bridges_.erase(command.close_bridge().bridge());
  if (command.has_open_port()) on_open_port(command);
  if (command.has_move_port()) on_move_port(command.move_port());
  return !command.has_close_port() || close_port(command.close_port().port());
}

bool Bridges::is_of_refused_port(const Command& command) {
  const Port* port = find(port_spoken_of(command));
  return port && port->is_refused;
}

void Bridges::on_open_port(const Command& command) {
  const auto at = bridges_.find(command.open_port().bridge());
  if (at == bridges_.end()) return;
  Bridge& bridge = at->second;
  if (bridge.caller == 0) bridge.caller = command.open_port().port();
  bridge.ports.push_back({command.open_port().port(), command.id(), false});
}

void Bridges::on_move_port(const media::v2::MovePort& move) {
  const Port* found = find(move.port());
  const auto to = bridges_.find(move.bridge());
  if (!found || to == bridges_.end()) return;
  const Port port = *found;
  for (auto& [name, bridge] : bridges_) {
    std::erase_if(bridge.ports, [&](const Port& one) { return one.id == port.id; });
  }
  if (to->second.caller == 0) to->second.caller = port.id;
  to->second.ports.push_back(port);
}

bool Bridges::close_port(std::uint64_t id) {
  const Port* port = find(id);
  const bool is_known_to_engine = !port || !port->is_refused;
  for (auto& [name, bridge] : bridges_) {
    std::erase_if(bridge.ports, [&](const Port& one) { return one.id == id; });
  }
  return is_known_to_engine;
}

void Bridges::refuse(const Command& open_port) {
  if (Port* port = find(open_port.open_port().port())) port->is_refused = true;
}

std::uint64_t Bridges::opener_of(std::uint64_t bridge) const {
  const auto at = bridges_.find(bridge);
  return at == bridges_.end() ? 0 : at->second.command;
}

std::optional<std::uint64_t> Bridges::rings_on_without(std::uint64_t command) const {
  for (const auto& [id, bridge] : bridges_) {
    const auto is_meant = [&](const Port& port) { return port.command == command; };
    if (bridge.command != command && std::ranges::none_of(bridge.ports, is_meant)) continue;
    const auto has_room = [](const Port& port) { return !port.is_refused; };
    const bool has_caller = std::ranges::any_of(
        bridge.ports, [&](const Port& port) { return port.id == bridge.caller && has_room(port); });
    if (has_caller && std::ranges::count_if(bridge.ports, has_room) > 1) return id;
  }
  return std::nullopt;
}

Bridges::Port* Bridges::find(std::uint64_t id) {
  for (auto& [name, bridge] : bridges_) {
    const auto at = std::ranges::find(bridge.ports, id, &Port::id);
    if (at != bridge.ports.end()) return &*at;
  }
  return nullptr;
}

}  // namespace dering::sim
