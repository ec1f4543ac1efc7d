// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

#include "base/instant.h"

namespace dering {

/// Tells a quiet thread from a busy one. Waking a thread costs as much as the work for two or three
/// packets or messages; a busy thread therefore naps between batches and finds several when it
/// wakes, instead of being woken for each. Each is late by at most the nap. A pure value.
class Pace {
 public:
  static constexpr Duration window = std::chrono::milliseconds(10);

  /// Busy from so many items a window on: there a nap must spare more than it costs.
  constexpr Pace(Duration nap, std::size_t busy_from) : nap_(nap), busy_from_(busy_from) {}

  bool is_busy() const { return is_busy_; }
  Duration nap() const { return nap_; }

  void on_batch(std::size_t items, Instant now) {
    items_ += items;
    if (now - window_start_ < window) return;
    // A window that lasted longer, since nothing came, was not a busy one.
    is_busy_ = items_ >= busy_from_ && now - window_start_ < 2 * window;
    items_ = 0;
    window_start_ = now;
  }

 private:
  Duration nap_;
  std::size_t busy_from_;
  Instant window_start_{};
  std::size_t items_ = 0;
  bool is_busy_ = false;
};

}  // namespace dering
