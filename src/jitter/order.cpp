// SPDX-License-Identifier: Apache-2.0
#include "jitter/order.h"

namespace dering::jitter {
namespace {

using namespace std::chrono_literals;

/// Sequence numbers that lie further apart belong to another stream.
constexpr std::int64_t farthest = 1'000;
/// So much more or less transit than the packet before had is another count of timestamps.
constexpr Duration greatest_step = 1s;

}  // namespace

Order::Word Order::judge(const Arrival& arrival, Instant now) {
  const std::uint32_t ssrc = arrival.header.ssrc;
  const std::uint16_t sequence = arrival.header.sequence;
  const bool is_other = ssrc_ && is_strange(arrival, now);
  if (is_other && doubt_ != Doubt{ssrc, sequence}) {
    doubt_ = Doubt{ssrc, static_cast<std::uint16_t>(sequence + 1)};
    return Word::doubtful;
  }
  doubt_.reset();
  if (ssrc_ && !is_other && !has_jumped(arrival, now)) return Word::goes_on;
  begin(arrival);
  return Word::begins;
}

/// Another source, far away, or in the past with sound of the future.
bool Order::is_strange(const Arrival& arrival, Instant now) const {
  if (arrival.header.ssrc != ssrc_) return true;
  const Place place = place_of(arrival);
  const std::int64_t step = place.sequence - newest_;
  if (step > farthest || step < -farthest) return true;
  const bool is_newer = arrival.carries == Carries::sound && place.timestamp > newest_timestamp_;
  return step <= 0 && (is_newer || has_jumped(arrival, now));
}

/// Of sound only: an event bears the time of its beginning.
bool Order::has_jumped(const Arrival& arrival, Instant now) const {
  if (arrival.carries != Carries::sound || !newest_transit_) return false;
  const Duration step = transit_of(place_of(arrival), now) - *newest_transit_;
  return step > greatest_step || step < -greatest_step;
}

void Order::begin(const Arrival& arrival) {
  restart(clock_rate_);
  ssrc_ = arrival.header.ssrc;
  newest_ = arrival.header.sequence;
  newest_timestamp_ = arrival.header.timestamp;
}

void Order::restart(std::uint32_t clock_rate) {
  clock_rate_ = clock_rate;
  ssrc_.reset();
  doubt_.reset();
  newest_transit_.reset();
}

Place Order::place_of(const Arrival& arrival) const {
  const auto steps =
      static_cast<std::int16_t>(arrival.header.sequence - static_cast<std::uint16_t>(newest_));
  const auto units = static_cast<std::int32_t>(arrival.header.timestamp -
                                               static_cast<std::uint32_t>(newest_timestamp_));
  return {.sequence = newest_ + steps, .timestamp = newest_timestamp_ + units};
}

Duration Order::transit_of(const Place& place, Instant now) const {
  return now.time_since_epoch() - time_of(place.timestamp);
}

void Order::note_sound(const Place& place, Instant now) {
  if (place.sequence < newest_) return;
  newest_timestamp_ = place.timestamp;
  newest_transit_ = transit_of(place, now);
}

Duration Order::time_of(std::int64_t timestamp) const {
  const std::int64_t rate = clock_rate_;
  return std::chrono::seconds(timestamp / rate) + Duration(timestamp % rate * 1'000'000'000 / rate);
}

std::uint32_t Order::units_in(std::chrono::milliseconds time) const {
  return static_cast<std::uint32_t>(time.count()) * (clock_rate_ / 1'000);
}

}  // namespace dering::jitter
