// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace dering {

/// Those who wait for something that takes its time, each source in turn: a source that asks for
/// much waits for itself and not for others. Bounded in all and for each source. One thread.
template <class T>
class FairQueue {
 public:
  struct Limits {
    std::size_t in_all = 0;
    std::size_t of_a_source = 0;
  };

  explicit FairQueue(Limits limits) : limits_(limits) {}

  /// False if there is no room; then `item` is as it was.
  [[nodiscard]] bool push(const std::string& source, T&& item) {
    if (size_ >= limits_.in_all) return false;
    const auto found = by_source_.find(source);
    if (found != by_source_.end() && found->second.size() >= limits_.of_a_source) return false;
    if (found == by_source_.end()) turns_.push_back(source);
    by_source_[source].push_back(std::move(item));
    ++size_;
    return true;
  }

  std::optional<T> pop() {
    if (turns_.empty()) return std::nullopt;
    std::string source = std::move(turns_.front());
    turns_.pop_front();
    const auto found = by_source_.find(source);
    T item = std::move(found->second.front());
    found->second.pop_front();
    --size_;
    if (found->second.empty()) {
      by_source_.erase(found);
    } else {
      turns_.push_back(std::move(source));
    }
    return item;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  Limits limits_;
  std::size_t size_ = 0;
  std::map<std::string, std::deque<T>> by_source_;
  std::deque<std::string> turns_;
};

}  // namespace dering
