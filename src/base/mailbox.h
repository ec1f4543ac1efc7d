// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace dering {

/// The only way from one thread to another: many threads post, one thread takes. Bounded; a full
/// mailbox refuses the newcomer and counts it. The only lock of the house lives here and is held
/// for a push_back or a swap.
template <class T>
class Mailbox {
 public:
  /// `wake` is called from the posting thread when the mailbox turns non-empty (write an eventfd).
  explicit Mailbox(std::size_t capacity, std::function<void()> wake = {})
      : capacity_(capacity), wake_(std::move(wake)) {}

  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Any thread. False when full: the letter is dropped and counted.
  bool post(T letter) {
    bool was_empty = false;
    {
      const std::lock_guard guard(mutex_);
      if (letters_.size() >= capacity_) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return false;
      }
      was_empty = letters_.empty();
      letters_.push_back(std::move(letter));
    }
    if (was_empty && wake_) wake_();
    return true;
  }

  /// Any thread: posts all of them, in order, with one wake. Those that do not fit are dropped and
  /// counted. `letters` is empty afterwards.
  void post_all(std::vector<T>& letters) {
    bool was_empty = false;
    {
      const std::lock_guard guard(mutex_);
      const std::size_t taken = std::min(letters.size(), capacity_ - letters_.size());
      was_empty = letters_.empty() && taken > 0;
      for (std::size_t i = 0; i < taken; ++i) letters_.push_back(std::move(letters[i]));
      refused_.fetch_add(letters.size() - taken, std::memory_order_relaxed);
    }
    letters.clear();
    if (was_empty && wake_) wake_();
  }

  /// The owning thread: swaps all waiting letters into `out`, which is cleared first.
  void take(std::vector<T>& out) {
    out.clear();
    const std::lock_guard guard(mutex_);
    out.swap(letters_);
  }

  std::size_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  const std::size_t capacity_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<T> letters_;
  std::atomic<std::size_t> refused_{0};
};

}  // namespace dering
