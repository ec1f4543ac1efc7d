// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "directory/directory.h"

namespace dering::switchboard {

/// What was last said about each extension, so that only changes are said. Users who are offline
/// take no room.
class PresenceBoard {
 public:
  /// True if this is news.
  bool update(const std::string& extension, directory::Presence presence);
  directory::Presence of(std::string_view extension) const;
  std::size_t size() const { return told_.size(); }

 private:
  std::unordered_map<std::string, directory::Presence> told_;
};

}  // namespace dering::switchboard
