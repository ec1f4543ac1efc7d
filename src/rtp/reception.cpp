// SPDX-License-Identifier: Apache-2.0
#include "rtp/reception.h"

#include <algorithm>
#include <utility>

namespace dering::rtp {

namespace {

// RFC 3550 A.1: MAX_DROPOUT and MAX_MISORDER.
constexpr int most_ahead = 3'000;
constexpr int most_behind = 100;

}  // namespace

double Interval::lost_share() const {
  if (received >= expected) return 0;
  return 1 - static_cast<double>(received) / expected;
}

void Reception::start(const Header& header) {
  const Interval earlier = counted();
  const Sum jitter_sum = jitter_sum_;
  *this = Reception(clock_rate_);
  earlier_ = earlier;
  jitter_sum_ = jitter_sum;
  ssrc_ = header.ssrc;
  base_ = highest_ = header.sequence;
}

void Reception::on_packet(const Header& header, Instant now) {
  if (!count(header)) return;
  update_jitter(header, now);
  jitter_sum_.units += jitter_;
  ++jitter_sum_.count;
}

void Reception::on_event(const Header& header) {
  count(header);
}

/// False if the packet cannot be believed yet.
bool Reception::count(const Header& header) {
  const auto ahead = static_cast<std::int16_t>(header.sequence - highest_);
  const bool is_first = received_ == 0 || header.ssrc != ssrc_;
  const bool is_far = ahead > most_ahead || ahead < -most_behind;
  if (!is_first && is_far && doubted_ != header.sequence) {
    doubted_ = static_cast<std::uint16_t>(header.sequence + 1);
    return false;
  }
  if (is_first || is_far) start(header);
  doubted_.reset();
  if (ahead > 0 && !is_first && !is_far) highest_ += static_cast<std::uint32_t>(ahead);
  ++received_;
  return true;
}

/// RFC 3550 A.8: a running mean of the difference between two packets' transit times, scaled by 16.
void Reception::update_jitter(const Header& header, Instant now) {
  const auto since = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto arrival =
      static_cast<std::uint64_t>(seconds.count()) * clock_rate_ +
      static_cast<std::uint64_t>((since - seconds).count()) * clock_rate_ / 1'000'000'000;
  const std::uint32_t transit = static_cast<std::uint32_t>(arrival) - header.timestamp;
  const auto before = std::exchange(transit_, transit);
  if (!before) return;
  const auto difference = static_cast<std::int32_t>(transit - *before);
  const std::uint32_t size = difference < 0 ? 0U - static_cast<std::uint32_t>(difference)
                                            : static_cast<std::uint32_t>(difference);
  jitter_ += size - ((jitter_ + 8) >> 4);
}

void Reception::on_sender_report(const SenderReport& report, Instant now) {
  if (received_ == 0 || report.ssrc != ssrc_) return;
  last_report_ = report;
  last_report_at_ = now;
}

std::optional<ReportBlock> Reception::take_report(Instant now) {
  if (received_ == 0) return std::nullopt;
  ReportBlock block{.ssrc = ssrc_, .highest_sequence = highest_, .jitter = jitter_ >> 4};
  const auto lost = static_cast<std::int64_t>(expected()) - received_;
  block.cumulative_lost =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(lost, -0x80'0000, 0x7F'FFFF));
  const std::uint32_t expected_now = expected() - expected_before_;
  const std::int64_t lost_now =
      static_cast<std::int64_t>(expected_now) - (received_ - received_before_);
  if (expected_now > 0 && lost_now > 0) {
    block.fraction_lost = static_cast<std::uint8_t>(
        std::min<std::int64_t>(255, lost_now * 256 / static_cast<std::int64_t>(expected_now)));
  }
  expected_before_ = expected();
  received_before_ = received_;
  if (last_report_) {
    block.last_report = middle_of(last_report_->ntp);
    block.since_last_report = middle_of(to_ntp(Instant{} + (now - last_report_at_)));
  }
  return block;
}

Interval Reception::counted() const {
  if (received_ == 0) return earlier_;
  return {.expected = earlier_.expected + (expected() - at_beginning_.expected),
          .received = earlier_.received + (received_ - at_beginning_.received)};
}

Interval Reception::take_interval() {
  Interval interval = counted();
  if (jitter_sum_.count > 0) {
    const std::uint64_t units = jitter_sum_.units / jitter_sum_.count;
    interval.jitter = std::chrono::microseconds(units * 1'000'000 / 16 / clock_rate_);
  }
  earlier_ = {};
  at_beginning_ = {.expected = received_ == 0 ? 0 : expected(), .received = received_};
  jitter_sum_ = {};
  return interval;
}

}  // namespace dering::rtp
