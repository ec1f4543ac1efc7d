// SPDX-License-Identifier: Apache-2.0
#include "engine/roster.h"

#include <utility>

#include "engine/validate.h"

namespace dering::engine {

using media::v2::Command;

std::expected<Roster::Way, std::string> Roster::dispatch(const Command& command) {
  if (auto fault = fault_of(command)) return std::unexpected(std::move(*fault));
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return open_bridge(command.open_bridge());
    case Command::kCloseBridge:
      threads_.erase(command.close_bridge().bridge());
      return Way{};
    case Command::kOpenPort: {
      const auto found = threads_.find(command.open_port().bridge());
      if (found == threads_.end()) return std::unexpected("There is no such bridge.");
      return found->second;
    }
    case Command::kUpdatePort:
    case Command::kClosePort:
      return Way{};
    case Command::kHello:
    case Command::VERB_NOT_SET:
      break;
  }
  return std::unexpected("This engine does not expect that command here.");
}

std::expected<Roster::Way, std::string> Roster::open_bridge(const media::v2::OpenBridge& command) {
  if (command.thread() >= limits_.threads) return std::unexpected("There is no such media thread.");
  if (threads_.size() >= limits_.bridges) return std::unexpected("The engine is full.");
  const bool is_new = threads_.emplace(command.bridge(), command.thread()).second;
  if (!is_new) return std::unexpected("The bridge is open already.");
  return command.thread();
}

std::vector<std::uint64_t> Roster::bridges() const {
  std::vector<std::uint64_t> ids;
  ids.reserve(threads_.size());
  for (const auto& [bridge, thread] : threads_) ids.push_back(bridge);
  return ids;
}

}  // namespace dering::engine
