// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "base/instant.h"

namespace dering::jitter {

/// How much later than the fastest ones packets come, and so how long to wait for nearly all of
/// them. The fastest of the last seconds are the measure, so that it follows clocks that drift and
/// ways that change. One thread.
class DelayEstimate {
 public:
  DelayEstimate(std::chrono::milliseconds least, std::chrono::milliseconds most);

  /// `transit`: from its timestamp, read as a time, to its arrival. Only differences count.
  void on_packet(Duration transit, Instant now);

  /// Forgets the measure (timestamps begin anew) and keeps what is known of the jitter.
  void restart();

  /// The transit of the fastest packets.
  Duration fastest() const { return fastest_; }
  /// How long after them sound should be given.
  Duration target() const { return target_; }

 private:
  static constexpr std::size_t bucket_count = 81;

  void measure(Duration transit, Instant now);
  Duration percentile() const;

  Duration least_;
  Duration most_;
  Duration fastest_{};
  Duration fastest_before_{};  ///< in the window before this one
  Duration fastest_now_{};
  std::optional<Instant> window_began_;
  Duration target_;
  /// How many packets came so late, in steps of 5 ms; what is long ago counts for less.
  std::array<float, bucket_count> buckets_{};
  float count_ = 0;
};

}  // namespace dering::jitter
