// SPDX-License-Identifier: Apache-2.0
#include "identity/sign_outs.h"

#include <algorithm>

namespace dering::identity {
namespace {

using Latest = std::unordered_map<std::string, std::int64_t>;

void note(Latest& latest, const std::string& name, std::int64_t issued_at) {
  if (name.empty()) return;
  auto& at = latest[name];
  at = std::max(at, issued_at);
}

/// A later sign-out of the same name has an entry of its own.
void drop(Latest& latest, const std::string& name, std::int64_t issued_at) {
  const auto found = latest.find(name);
  if (found != latest.end() && found->second <= issued_at) latest.erase(found);
}

}  // namespace

void SignOuts::add(const LogoutClaims& logout, UnixSeconds now) {
  while (!oldest_first_.empty() && oldest_first_.front().until <= now) forget_oldest();
  if (most_ == 0) {
    none_before_ = std::max(none_before_, logout.issued_at + 1);
    return;
  }
  if (oldest_first_.size() >= most_) {
    none_before_ = std::max(none_before_, oldest_first_.front().logout.issued_at + 1);
    forget_oldest();
  }
  note(latest_by_sid_, logout.sid, logout.issued_at);
  note(latest_by_subject_, logout.subject, logout.issued_at);
  oldest_first_.push_back({now + kept_, logout});
}

bool SignOuts::cover(const TokenClaims& claims) const {
  if (claims.issued_at < none_before_) return true;
  if (!claims.sid.empty() && latest_by_sid_.contains(claims.sid)) return true;
  const auto found = latest_by_subject_.find(claims.subject);
  return found != latest_by_subject_.end() && claims.issued_at < found->second;
}

void SignOuts::forget_oldest() {
  const LogoutClaims& oldest = oldest_first_.front().logout;
  drop(latest_by_sid_, oldest.sid, oldest.issued_at);
  drop(latest_by_subject_, oldest.subject, oldest.issued_at);
  oldest_first_.pop_front();
}

bool SeenTokens::add(std::string id, UnixSeconds now, UnixSeconds until) {
  while (!oldest_first_.empty() && until_.at(oldest_first_.front()) <= now) {
    until_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  if (most_ == 0) return true;
  if (until_.contains(id)) return false;
  if (until_.size() >= most_) {
    until_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  until_.emplace(id, until);
  oldest_first_.push_back(std::move(id));
  return true;
}

}  // namespace dering::identity
