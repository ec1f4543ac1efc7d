// SPDX-License-Identifier: Apache-2.0
#include "store/waiting_writes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dering::store {

bool WaitingWrites::add(Write write) {
  if (waiting_.size() >= most_waiting) {
    ++lost_;
    return false;
  }
  note(write);
  waiting_.push_back(std::move(write));
  return true;
}

void WaitingWrites::flush() {
  while (!waiting_.empty()) {
    if (!write_first(std::min(batch, waiting_.size()))) return;
  }
  obstacle_.clear();
  kept_.clear();
  used_.clear();
  revoked_.clear();
}

/// False if there is no room for more.
bool WaitingWrites::write_first(std::size_t count) {
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  const std::vector<Write> first(waiting_.begin(), end);
  const Attempt attempt = try_(first);
  switch (attempt.result) {
    case Attempt::Result::done:
      waiting_.erase(waiting_.begin(), end);
      return true;
    case Attempt::Result::no_room:
      obstacle_ = attempt.why;
      return false;
    case Attempt::Result::refused:
      break;
  }
  if (count == 1) {
    refusals_.push_back(attempt.why);
    waiting_.pop_front();
    return true;
  }
  // One of them is at fault: the others must not suffer.
  for (std::size_t i = 0; i < count; ++i) {
    if (!write_first(1)) return false;
  }
  return true;
}

bool WaitingWrites::keeps_family(const std::string& family) const {
  return std::ranges::any_of(kept_, [&](const auto& it) { return it.second.family == family; });
}

void WaitingWrites::note(const Write& write) {
  if (const auto* keep = std::get_if<KeepRefreshToken>(&write)) {
    kept_[keep->token.hash] = keep->token;
  } else if (const auto* use = std::get_if<UseRefreshToken>(&write)) {
    used_.insert(use->hash);
  } else if (const auto* revoke = std::get_if<RevokeFamily>(&write)) {
    revoked_.insert(revoke->family);
  }
}

const directory::RefreshToken* WaitingWrites::kept_token(const std::string& hash) const {
  const auto found = kept_.find(hash);
  return found == kept_.end() ? nullptr : &found->second;
}

}  // namespace dering::store
