// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <iterator>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

namespace dering {

/// The only way from one thread to another: many threads post, one thread takes. Bounded; a full
/// mailbox refuses the newcomer and counts it, and whoever posts has to look: nothing is dropped in
/// silence. Each purpose has a mailbox of its own, so that what strangers send never stands in the
/// way of what must not be lost. The only lock of the house lives here and is held for a push_back
/// or a swap.
template <class T>
class Mailbox {
 public:
  /// For letters of which there can only be so many: one for each open connection, say.
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

  /// `wake` is called from the posting thread when the mailbox turns non-empty (write an eventfd).
  explicit Mailbox(std::size_t capacity, std::function<void()> wake = {})
      : capacity_(capacity), wake_(std::move(wake)) {}

  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Any thread. False when full: it is counted, and `letter` is as it was.
  [[nodiscard]] bool post(T&& letter) {
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

  /// Any thread: posts all of them, in order, with one wake. Those that do not fit are counted and
  /// stay in `letters`, for the sender to keep; true if none did.
  [[nodiscard]] bool post_all(std::vector<T>& letters) {
    bool was_empty = false;
    std::size_t taken = 0;
    {
      const std::lock_guard guard(mutex_);
      taken = std::min(letters.size(), capacity_ - std::min(capacity_, letters_.size()));
      was_empty = letters_.empty() && taken > 0;
      const auto end = letters.begin() + static_cast<std::ptrdiff_t>(taken);
      std::move(letters.begin(), end, std::back_inserter(letters_));
      refused_.fetch_add(letters.size() - taken, std::memory_order_relaxed);
    }
    letters.erase(letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(taken));
    if (was_empty && wake_) wake_();
    return letters.empty();
  }

  /// Any thread, for letters that must arrive and of which there can only be so many: whatever is
  /// in the mailbox, it takes them.
  void post_always(T&& letter) {
    bool was_empty = false;
    {
      const std::lock_guard guard(mutex_);
      was_empty = letters_.empty();
      letters_.push_back(std::move(letter));
    }
    if (was_empty && wake_) wake_();
  }

  /// The owning thread: swaps all waiting letters into `out`, which is cleared first. Room that a
  /// flood needed is given back after it.
  void take(std::vector<T>& out) {
    out.clear();
    if (out.capacity() > kept_room) std::vector<T>().swap(out);
    const std::lock_guard guard(mutex_);
    out.swap(letters_);
  }

  std::size_t refused() const { return refused_.load(std::memory_order_relaxed); }  ///< any thread

 private:
  static constexpr std::size_t kept_room = 1'024;  ///< letters

  const std::size_t capacity_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<T> letters_;
  std::atomic<std::size_t> refused_{0};
};

}  // namespace dering
