// SPDX-License-Identifier: Apache-2.0
#include "store/forwarding_book.h"

#include <utility>
#include <vector>

namespace dering::store {

using directory::Forwarding;

Stored<directory::ForwardingsKept> ForwardingBook::read() {
  if (store_.backlog().waiting == 0) {
    auto kept = store_.load_forwardings();
    if (!kept) return kept;
    all_.clear();
    for (const auto& [extension, forwarding] : kept->all) all_.emplace(extension, forwarding);
    return kept;
  }
  directory::ForwardingsKept kept;
  for (const auto& [extension, forwarding] : all_) kept.all.push_back({extension, forwarding});
  return kept;
}

Forwarding ForwardingBook::of(std::string_view extension) const {
  const auto at = all_.find(extension);
  return at == all_.end() ? Forwarding() : at->second;
}

Forwarding ForwardingBook::change(std::string_view extension,
                                  const directory::ForwardingChange& change) {
  const Forwarding before = of(extension);
  Forwarding after = directory::changed(before, change);
  if (after == before) return after;
  const directory::ForwardingChanged changed{std::string(extension), after};
  if (after.is_set()) {
    all_.insert_or_assign(changed.extension, after);
  } else {
    all_.erase(changed.extension);
  }
  std::vector<Write> writes{directory::ChangeForwarding{changed.extension, change}};
  store_.save(writes);
  if (tell_) tell_(changed);
  return after;
}

}  // namespace dering::store
