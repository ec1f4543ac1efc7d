// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "base/give_back.h"
#include "base/instant.h"

namespace dering {

/// Deadlines of many machines, earliest first. An owner adds an entry whenever a machine's
/// next_deadline() changed and asks the machine again when the entry comes due; outdated entries
/// are harmless. One thread.
template <class Key>
class TimerQueue {
 public:
  void add(Instant at, Key key) {
    heap_.push_back({at, std::move(key)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// The key of an entry that is due, removed from the queue.
  std::optional<Key> take_due(Instant now) {
    if (heap_.empty() || heap_.front().at > now) return std::nullopt;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Key key = std::move(heap_.back().key);
    heap_.pop_back();
    give_back_capacity(heap_);
    return key;
  }

  std::optional<Instant> next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at;
  }

  std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    Instant at;
    Key key;
  };
  static bool later(const Entry& a, const Entry& b) { return a.at > b.at; }

  std::vector<Entry> heap_;
};

}  // namespace dering
