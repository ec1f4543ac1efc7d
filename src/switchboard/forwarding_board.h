// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "directory/forwarding.h"

namespace dering::switchboard {

/// Where everybody's calls go, as the owner of the store has told. Who wants nothing special takes
/// no room. Signalling thread.
class ForwardingBoard {
 public:
  directory::Forwarding of(std::string_view extension) const {
    const auto at = forwardings_.find(extension);
    return at == forwardings_.end() ? directory::Forwarding() : at->second;
  }
  bool wants_quiet(std::string_view extension) const {
    const auto at = forwardings_.find(extension);
    return at != forwardings_.end() && at->second.do_not_disturb;
  }
  directory::ForwardingsKept all() const {
    directory::ForwardingsKept all;
    for (const auto& [extension, forwarding] : forwardings_) {
      all.all.push_back({extension, forwarding});
    }
    return all;
  }
  std::vector<std::string> who_want_quiet() const {
    std::vector<std::string> all;
    for (const auto& [extension, forwarding] : forwardings_) {
      if (forwarding.do_not_disturb) all.push_back(extension);
    }
    return all;
  }
  void put(const directory::ForwardingChanged& changed) {
    if (changed.forwarding.is_set()) {
      forwardings_.insert_or_assign(changed.extension, changed.forwarding);
    } else {
      forwardings_.erase(changed.extension);
    }
  }
  void clear() { forwardings_.clear(); }

 private:
  std::unordered_map<std::string, directory::Forwarding, TextHash, std::equal_to<>> forwardings_;
};

}  // namespace dering::switchboard
