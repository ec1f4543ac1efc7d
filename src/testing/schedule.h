// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/instant.h"

namespace dering::testing {

/// What is to happen when, in virtual time; equal moments in the order of their making.
class Schedule {
 public:
  void add(Instant at, std::function<void()> act) {
    entries_.push_back({at, ++last_, std::move(act)});
    std::push_heap(entries_.begin(), entries_.end(), later);
  }
  std::optional<Instant> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.front().at;
  }
  std::function<void()> take() {
    std::pop_heap(entries_.begin(), entries_.end(), later);
    std::function<void()> act = std::move(entries_.back().act);
    entries_.pop_back();
    return act;
  }

 private:
  struct Entry {
    Instant at;
    std::uint64_t order;
    std::function<void()> act;
  };
  static bool later(const Entry& a, const Entry& b) {
    return std::pair(a.at, a.order) > std::pair(b.at, b.order);
  }

  std::vector<Entry> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace dering::testing
