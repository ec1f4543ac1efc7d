// SPDX-License-Identifier: Apache-2.0
#include "engine/roster.h"

#include <algorithm>
#include <utility>

#include "engine/validate.h"

namespace dering::engine {

using media::v2::Command;

std::expected<Roster::Way, Refusal> Roster::dispatch(const Command& command) {
  if (auto fault = fault_of(command)) return std::unexpected(std::move(*fault));
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return open_bridge(command.open_bridge());
    case Command::kCloseBridge:
      close_bridge(command.close_bridge().bridge());
      return Way{};
    case Command::kOpenPort:
      return open_port(command.open_port());
    case Command::kClosePort:
      close_port(command.close_port().port());
      return Way{};
    case Command::kUpdatePort:
      // It may have been closed meanwhile.
      return way_to_port(command.update_port().port()).value_or(Way{});
    case Command::kMovePort:
      return move_port(command.move_port());
    case Command::kJoin:
      return way_to_port(command.join().port());
    case Command::kStart:
      return way_to_port(command.start().port());
    case Command::kSendDigit:
      return way_to_port(command.send_digit().port());
    case Command::kStop:
      return Way{};
    case Command::kHello:
    case Command::VERB_NOT_SET:
      break;
  }
  return std::unexpected(malformed("This engine does not expect that command here."));
}

std::expected<Roster::Way, Refusal> Roster::open_bridge(const media::v2::OpenBridge& command) {
  if (command.thread() >= limits_.threads) {
    return std::unexpected(unknown("There is no such media thread."));
  }
  if (bridges_.size() >= limits_.bridges) {
    return std::unexpected(limit("The engine has no room for more bridges."));
  }
  const bool is_new = bridges_.try_emplace(command.bridge(), command.thread()).second;
  if (!is_new) return std::unexpected(taken("The bridge is open already."));
  return command.thread();
}

std::expected<Roster::Way, Refusal> Roster::open_port(const media::v2::OpenPort& command) {
  const auto found = bridges_.find(command.bridge());
  if (found == bridges_.end()) return std::unexpected(unknown("There is no such bridge."));
  Bridge& bridge = found->second;
  const auto [at, is_new] = ports_.try_emplace(command.port(), command.bridge());
  if (is_new && bridge.ports.size() >= limits_.ports_per_bridge) {
    ports_.erase(at);
    return std::unexpected(limit("The bridge has no room for more ports."));
  }
  if (is_new) bridge.ports.push_back(command.port());
  // One that the media thread refused may be tried again.
  if (at->second != command.bridge()) return std::unexpected(taken("The port is open already."));
  return bridge.thread;
}

std::expected<Roster::Way, Refusal> Roster::move_port(const media::v2::MovePort& command) {
  const auto port = ports_.find(command.port());
  if (port == ports_.end()) return Way{};  // it may have been closed meanwhile
  const auto found = bridges_.find(command.bridge());
  if (found == bridges_.end()) return std::unexpected(unknown("There is no such bridge."));
  Bridge& from = bridges_.find(port->second)->second;
  Bridge& to = found->second;
  if (from.thread != to.thread) {
    return std::unexpected(malformed("A port stays on its media thread."));
  }
  if (&from != &to) {
    if (to.ports.size() >= limits_.ports_per_bridge) {
      return std::unexpected(limit("The bridge has no room for more ports."));
    }
    std::erase(from.ports, command.port());
    to.ports.push_back(command.port());
    port->second = command.bridge();
  }
  return to.thread;
}

std::expected<Roster::Way, Refusal> Roster::way_to_port(std::uint64_t port) const {
  const auto found = ports_.find(port);
  if (found == ports_.end()) return std::unexpected(unknown("There is no such port."));
  return bridges_.find(found->second)->second.thread;
}

void Roster::close_bridge(std::uint64_t id) {
  const auto found = bridges_.find(id);
  if (found == bridges_.end()) return;
  for (const std::uint64_t port : found->second.ports) ports_.erase(port);
  bridges_.erase(found);
}

void Roster::close_port(std::uint64_t id) {
  const auto found = ports_.find(id);
  if (found == ports_.end()) return;
  std::erase(bridges_.find(found->second)->second.ports, id);
  ports_.erase(found);
}

std::vector<std::uint64_t> Roster::bridges() const {
  std::vector<std::uint64_t> ids;
  ids.reserve(bridges_.size());
  for (const auto& [id, bridge] : bridges_) ids.push_back(id);
  return ids;
}

}  // namespace dering::engine
