// SPDX-License-Identifier: Apache-2.0
#include "rtp/reception.h"

#include <algorithm>

namespace dering::rtp {

void Reception::start(const Header& header) {
  *this = Reception(clock_rate_);
  ssrc_ = header.ssrc;
  base_ = highest_ = header.sequence;
}

void Reception::on_packet(const Header& header, Instant now) {
  const bool is_first = received_ == 0 || header.ssrc != ssrc_;
  if (is_first) start(header);
  const auto ahead = static_cast<std::int16_t>(header.sequence - highest_);
  if (ahead > 0) highest_ += static_cast<std::uint32_t>(ahead);
  ++received_;
  update_jitter(header, now);
}

/// RFC 3550 A.8: a running mean of the difference between two packets' transit times, scaled by 16.
void Reception::update_jitter(const Header& header, Instant now) {
  const auto since = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto arrival =
      static_cast<std::uint64_t>(seconds.count()) * clock_rate_ +
      static_cast<std::uint64_t>((since - seconds).count()) * clock_rate_ / 1'000'000'000;
  const std::uint32_t transit = static_cast<std::uint32_t>(arrival) - header.timestamp;
  const auto difference = static_cast<std::int32_t>(transit - transit_);
  transit_ = transit;
  if (received_ == 1) return;
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

}  // namespace dering::rtp
