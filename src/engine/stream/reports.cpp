// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/reports.h"

namespace dering::engine {
namespace {

/// Of RFC 3550 §6.4.1's delays, in 2⁻¹⁶ s. What is longer than 30 s was reckoned wrong.
constexpr std::uint32_t longest_round_trip = 30U << 16;

Duration from_sixteenths(std::uint32_t time) {
  return Duration(std::int64_t{time} * 1'000'000'000 / 65'536);
}

}  // namespace

void Reports::on_compound(const rtp::Compound& compound, std::uint32_t our_ssrc, Instant now) {
  if (!compound.block || compound.block->ssrc != our_ssrc) return;
  theirs_ = compound.block;
  if (theirs_->last_report == 0) return;
  const std::uint32_t time =
      rtp::middle_of(rtp::to_ntp(now)) - theirs_->last_report - theirs_->since_last_report;
  if (time <= longest_round_trip) round_trip_ = from_sixteenths(time);
}

std::size_t Reports::write(const rtp::SenderReport& sent,
                           const std::optional<rtp::ReportBlock>& block, MutableBytes buffer) {
  return rtp::write_report(sent, block, cname_, buffer);
}

}  // namespace dering::engine
