// SPDX-License-Identifier: Apache-2.0
#include "switchboard/presence_board.h"

namespace dering::switchboard {

using directory::Presence;

bool PresenceBoard::update(const std::string& extension, Presence presence) {
  if (of(extension) == presence) return false;
  if (presence == Presence::offline) {
    told_.erase(extension);
  } else {
    told_[extension] = presence;
  }
  return true;
}

Presence PresenceBoard::of(std::string_view extension) const {
  const auto at = told_.find(std::string(extension));
  return at == told_.end() ? Presence::offline : at->second;
}

}  // namespace dering::switchboard
