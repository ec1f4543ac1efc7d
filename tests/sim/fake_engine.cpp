// SPDX-License-Identifier: Apache-2.0
#include "sim/fake_engine.h"

#include <algorithm>

namespace dering::sim {

using media::v1::Command;

media::v1::Event FakeEngine::ready() const {
  media::v1::Event event;
  media::v1::Ready& ready = *event.mutable_ready();
  ready.set_version(1);
  ready.add_addresses("198.51.100.7");
  ready.add_udp_ports(10'000);
  ready.add_udp_ports(10'001);
  ready.set_fingerprint(
      "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:"
      "88:"
      "99");
  for (const auto& [id, bridge] : bridges_) ready.add_bridges(id);
  return event;
}

bool FakeEngine::on_command(const Command& command) {
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return command.open_bridge().thread() < 2 &&
             bridges_
                 .try_emplace(command.open_bridge().bridge(),
                              Bridge{command.open_bridge().kind(), {}})
                 .second;
    case Command::kCloseBridge:
      if (plant_ != Plant::leaked_bridge) bridges_.erase(command.close_bridge().bridge());
      return true;
    case Command::kOpenPort:
      return open_port(command.open_port());
    case Command::kUpdatePort:
      update_port(command.update_port());
      return true;
    case Command::kClosePort:
      if (plant_ == Plant::leaked_port) return true;
      for (auto& [id, bridge] : bridges_) bridge.ports.erase(command.close_port().port());
      return true;
    case Command::kHello:
    case Command::VERB_NOT_SET:
      return false;
  }
  return false;
}

bool FakeEngine::open_port(const media::v1::OpenPort& verb) {
  const auto bridge = bridges_.find(verb.bridge());
  // The engine may have died between the switchboard's decision and this command.
  if (bridge == bridges_.end()) return true;
  const bool is_echo = bridge->second.kind == media::v1::OpenBridge::KIND_ECHO;
  return verb.local().ufrag().size() >= 4 && verb.local().pwd().size() >= 22 &&
         is_echo == verb.has_dtls() &&
         bridge->second.ports.try_emplace(verb.port(), verb.remote().ufrag()).second;
}

void FakeEngine::update_port(const media::v1::UpdatePort& verb) {
  for (auto& [id, bridge] : bridges_) {
    const auto port = bridge.ports.find(verb.port());
    if (port != bridge.ports.end()) port->second = verb.remote().ufrag();
  }
}

std::vector<std::uint64_t> FakeEngine::ports_of(const PhoneMedia& media) const {
  std::vector<std::uint64_t> found;
  for (const auto& [id, bridge] : bridges_) {
    for (const auto& [port, phone] : bridge.ports) {
      if (phone == media) found.push_back(port);
    }
  }
  return found;
}

std::size_t FakeEngine::crippled_bridge_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(bridges_, [](const auto& entry) {
    return entry.second.kind == media::v1::OpenBridge::KIND_SEALED &&
           entry.second.ports.size() != 2;
  }));
}

}  // namespace dering::sim
