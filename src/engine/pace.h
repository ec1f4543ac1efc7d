// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

#include "base/instant.h"

namespace dering::engine {

/// Tells a quiet media thread from a busy one. Waking a thread costs as much as carrying two or
/// three packets; a busy thread therefore naps for `nap` after each batch and finds several packets
/// when it wakes, instead of being woken for each. A packet is late by at most the nap. A pure
/// value.
class Pace {
 public:
  static constexpr Duration nap = std::chrono::microseconds(500);
  static constexpr Duration window = std::chrono::milliseconds(10);
  /// Four packets a millisecond: from here on a nap spares more than it costs.
  static constexpr std::size_t busy_from = 40;

  bool is_busy() const { return is_busy_; }

  void on_batch(std::size_t packets, Instant now) {
    packets_ += packets;
    if (now - window_start_ < window) return;
    // A window that lasted longer, since nothing came, was not a busy one.
    is_busy_ = packets_ >= busy_from && now - window_start_ < 2 * window;
    packets_ = 0;
    window_start_ = now;
  }

 private:
  Instant window_start_{};
  std::size_t packets_ = 0;
  bool is_busy_ = false;
};

}  // namespace dering::engine
