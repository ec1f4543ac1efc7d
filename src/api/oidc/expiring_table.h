// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/instant.h"

namespace dering::api::oidc {

/// Values that all live equally long. Bounded: the oldest one makes room for the newest. What was
/// taken out counts until its time is over. One thread.
template <class Key, class Value>
class ExpiringTable {
 public:
  ExpiringTable(std::size_t capacity, std::chrono::seconds lifetime)
      : capacity_(capacity), lifetime_(lifetime) {}

  Value& put(Key key, Value value, UnixSeconds now) {
    on_time(now);
    if (oldest_first_.size() >= capacity_) drop_oldest();
    const UnixSeconds expires_at = now + lifetime_;
    oldest_first_.emplace_back(expires_at, key);
    return entries_.insert_or_assign(std::move(key), Entry{std::move(value), expires_at})
        .first->second.value;
  }

  Value* find(const Key& key, UnixSeconds now) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.expires_at <= now) return nullptr;
    return &found->second.value;
  }

  std::optional<Value> take(const Key& key, UnixSeconds now) {
    Value* found = find(key, now);
    if (!found) return std::nullopt;
    Value value = std::move(*found);
    entries_.erase(key);
    return value;
  }

  void erase(const Key& key) { entries_.erase(key); }

  void on_time(UnixSeconds now) {
    while (!oldest_first_.empty() && oldest_first_.front().first <= now) drop_oldest();
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Value value;
    UnixSeconds expires_at;
  };

  void drop_oldest() {
    const auto& [expires_at, key] = oldest_first_.front();
    const auto found = entries_.find(key);
    // A key that was erased and put again belongs to a younger place in the queue.
    if (found != entries_.end() && found->second.expires_at <= expires_at) entries_.erase(found);
    oldest_first_.pop_front();
  }

  std::size_t capacity_;
  std::chrono::seconds lifetime_;
  std::unordered_map<Key, Entry> entries_;
  std::deque<std::pair<UnixSeconds, Key>> oldest_first_;
};

}  // namespace dering::api::oidc
