// SPDX-License-Identifier: Apache-2.0
#include "registrar/failures.h"

#include <algorithm>
#include <vector>

#include "base/give_back.h"

namespace dering::registrar {

bool Failures::is_paused(const Fingerprint& account, Instant now) const {
  const auto found = accounts_.find(account);
  return found != accounts_.end() && found->second.failures >= free_failures &&
         now - found->second.last < pause;
}

std::optional<bool> Failures::add(const Failure& failure, Instant now) {
  auto found = accounts_.find(failure.account);
  if (found == accounts_.end()) {
    if (!has_room(failure.group)) make_room(now);
    if (!has_room(failure.group)) return std::nullopt;
    if (accounts_.empty()) sweep_at_ = now + memory + sweep_interval;
    found = accounts_.emplace(failure.account, Account{.group = failure.group}).first;
    ++groups_[failure.group];
  }
  Account& account = found->second;
  if (now - account.last > memory) account.failures = 0;
  if (account.failures == 0 || failure.answer != account.answer) ++account.failures;
  account.answer = failure.answer;
  account.last = now;
  return account.failures >= free_failures;
}

void Failures::forget(const Fingerprint& account) {
  if (const auto found = accounts_.find(account); found != accounts_.end()) erase(found);
}

bool Failures::has_room(const Fingerprint& group) const {
  const auto found = groups_.find(group);
  const bool is_crowded = found != groups_.end() && found->second >= limits_.of_a_group;
  return !is_crowded && accounts_.size() < limits_.all;
}

void Failures::make_room(Instant now) {
  if (now - swept_at_ < std::chrono::seconds(1)) return;
  forget_old(now);
}

void Failures::erase(Accounts::iterator account) {
  const auto group = groups_.find(account->second.group);
  if (--group->second == 0) groups_.erase(group);
  accounts_.erase(account);
  give_back_buckets(accounts_);
  give_back_buckets(groups_);
}

void Failures::forget_old(Instant now) {
  swept_at_ = now;
  std::vector<Fingerprint> old;
  for (const auto& [key, account] : accounts_) {
    if (now - account.last > memory) old.push_back(key);
  }
  for (const Fingerprint& key : old) forget(key);
}

void Failures::on_time(Instant now) {
  if (accounts_.empty() || now < sweep_at_) return;
  forget_old(now);
  Instant oldest = now;
  for (const auto& [key, account] : accounts_) oldest = std::min(oldest, account.last);
  // Not for each of them: those of one minute go together.
  sweep_at_ = std::max(oldest + memory, now) + sweep_interval;
}

std::optional<Instant> Failures::next_deadline() const {
  if (accounts_.empty()) return std::nullopt;
  return sweep_at_;
}

}  // namespace dering::registrar
