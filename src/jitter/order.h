// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "jitter/arrival.h"

namespace dering::jitter {

/// Knows which packets belong to the stream, and where in it. What lies far from all others is
/// believed when the packet that follows it comes too (RFC 3550 A.1); then, as when timestamps jump
/// against the time of arrival, another stream begins. One thread.
class Order {
 public:
  explicit Order(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  enum class Word : std::uint8_t { goes_on, begins, doubtful };
  /// To be asked before anything else of a packet. After `begins` places have nothing to do with
  /// earlier ones.
  Word judge(const Arrival& arrival, Instant now);
  /// Forgets the stream; the next packet begins another one.
  void restart(std::uint32_t clock_rate);

  Place place_of(const Arrival& arrival) const;
  /// From the timestamp, read as a time, to the arrival.
  Duration transit_of(const Place& place, Instant now) const;
  /// What belongs to the stream and is sound tells how its numbers go.
  void note_sound(const Place& place, Instant now);
  void note_sequence(std::int64_t sequence) { newest_ = sequence > newest_ ? sequence : newest_; }

  bool has_source() const { return ssrc_.has_value(); }
  std::int64_t newest() const { return newest_; }
  Duration time_of(std::int64_t timestamp) const;
  std::uint32_t clock_rate() const { return clock_rate_; }
  /// In timestamp units.
  std::uint32_t units_in(std::chrono::milliseconds time) const;

 private:
  /// What would make a packet believed that was not.
  struct Doubt {
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;

    bool operator==(const Doubt&) const = default;
  };

  bool is_strange(const Arrival& arrival, Instant now) const;
  bool has_jumped(const Arrival& arrival, Instant now) const;
  void begin(const Arrival& arrival);

  std::uint32_t clock_rate_;
  std::optional<std::uint32_t> ssrc_;
  std::optional<Doubt> doubt_;
  std::int64_t newest_ = 0;            ///< sequence number
  std::int64_t newest_timestamp_ = 0;  ///< of sound
  std::optional<Duration> newest_transit_;
};

}  // namespace dering::jitter
