// SPDX-License-Identifier: Apache-2.0
#include "switchboard/presence_board.h"

#include <utility>

namespace dering::switchboard {

using directory::Presence;

bool PresenceBoard::update(const std::string& extension, Presence presence) {
  if (presence == Presence::offline) return told_.erase(extension) > 0;
  return std::exchange(told_[extension], presence) != presence;
}

Presence PresenceBoard::of(std::string_view extension) const {
  const auto at = told_.find(std::string(extension));
  return at == told_.end() ? Presence::offline : at->second;
}

}  // namespace dering::switchboard
