// SPDX-License-Identifier: Apache-2.0
#include "jitter/delay_estimate.h"

#include <algorithm>

namespace dering::jitter {
namespace {

using namespace std::chrono_literals;

constexpr Duration window = 5s;
constexpr Duration step = 5ms;
/// What a packet counts after the next one: half after 230 of them, which is about five seconds.
constexpr float kept = 0.997F;
/// So many of all packets shall be in time.
constexpr float in_time = 0.98F;
/// What is given in steps of a frame must hit the time between the target and the most.
constexpr Duration longest_frame = 60ms;

}  // namespace

DelayEstimate::DelayEstimate(std::chrono::milliseconds least, std::chrono::milliseconds most)
    : least_(least), most_(std::max<Duration>(least, most - longest_frame)), target_(least) {}

void DelayEstimate::restart() {
  window_began_.reset();
}

void DelayEstimate::measure(Duration transit, Instant now) {
  if (!window_began_) {
    window_began_ = now;
    fastest_before_ = fastest_now_ = transit;
  } else if (now - *window_began_ >= window) {
    window_began_ = now;
    fastest_before_ = fastest_now_;
    fastest_now_ = transit;
  } else {
    fastest_now_ = std::min(fastest_now_, transit);
  }
  fastest_ = std::min(fastest_before_, fastest_now_);
}

void DelayEstimate::on_packet(Duration transit, Instant now) {
  measure(transit, now);
  const auto late = static_cast<std::size_t>((transit - fastest_ + step - 1ns) / step);
  for (float& bucket : buckets_) bucket *= kept;
  count_ = count_ * kept + 1;
  buckets_[std::min(late, bucket_count - 1)] += 1;
  target_ = std::clamp(percentile(), least_, most_);
}

Duration DelayEstimate::percentile() const {
  float sum = 0;
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    sum += buckets_[bucket];
    if (sum >= count_ * in_time) return static_cast<int>(bucket) * step;
  }
  return most_;
}

}  // namespace dering::jitter
