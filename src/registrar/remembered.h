// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/give_back.h"
#include "base/instant.h"

namespace dering::registrar {

/// What is known for a while and then forgotten; all entries for the same time. Past the cap the
/// oldest is shed and counted. Signalling thread.
template <class Key, class Value>
class Remembered {
 public:
  Remembered(std::size_t cap, Duration time) : cap_(cap), time_(time) {}

  void set(const Key& key, Value value, Instant now) {
    entries_.insert_or_assign(key, Entry{std::move(value), ++last_stamp_});
    order_.push_back({now + time_, last_stamp_, key});
    if (order_.size() <= cap_) return;
    if (forget_oldest()) ++shed_count_;
  }
  const Value* find(const Key& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second.value;
  }
  std::optional<Value> take(const Key& key) {
    auto entry = entries_.extract(key);
    if (!entry) return std::nullopt;
    return std::move(entry.mapped().value);
  }

  template <class IsForgotten>
  void erase_if(IsForgotten is_forgotten) {
    std::erase_if(entries_, [&](const auto& entry) { return is_forgotten(entry.first); });
  }

  void on_time(Instant now) {
    while (!order_.empty() && order_.front().ends_at <= now) forget_oldest();
  }
  std::optional<Instant> next_deadline() const {
    if (order_.empty()) return std::nullopt;
    return order_.front().ends_at;
  }

  std::size_t size() const { return order_.size(); }
  std::uint64_t shed_count() const { return shed_count_; }

 private:
  struct Entry {
    Value value;
    std::uint64_t stamp;  ///< of the last set()
  };
  struct Turn {
    Instant ends_at;
    std::uint64_t stamp;
    Key key;
  };

  /// False if that one had been taken, or set anew.
  bool forget_oldest() {
    const Turn oldest = std::move(order_.front());
    order_.pop_front();
    const auto found = entries_.find(oldest.key);
    if (found == entries_.end() || found->second.stamp != oldest.stamp) return false;
    entries_.erase(found);
    give_back_buckets(entries_);
    return true;
  }

  std::size_t cap_;
  Duration time_;
  std::unordered_map<Key, Entry> entries_;
  std::deque<Turn> order_;  ///< those that were taken are among them
  std::uint64_t last_stamp_ = 0;
  std::uint64_t shed_count_ = 0;
};

}  // namespace dering::registrar
