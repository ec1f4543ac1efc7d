// SPDX-License-Identifier: Apache-2.0
#include "refusal/friends.h"

#include <algorithm>

#include "refusal/meter.h"

namespace dering::refusal {

void Friends::note(const SocketAddress& source, UnixSeconds until) {
  if (source.is_unspecified()) return;
  const std::string network = network_of(source);
  const auto found = until_.find(network);
  if (found != until_.end()) {
    found->second = std::max(found->second, until);
  } else if (until_.size() < most) {
    until_.emplace(network, until);
  }
}

bool Friends::has(const SocketAddress& source, UnixSeconds now) const {
  const auto found = until_.find(network_of(source));
  return found != until_.end() && found->second > now;
}

void Friends::on_time(UnixSeconds now) {
  std::erase_if(until_, [&](const auto& one) { return one.second <= now; });
}

}  // namespace dering::refusal
