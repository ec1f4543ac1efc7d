// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/reports.h"

namespace dering::engine {

void Reports::on_block(const Reported& reported, Instant now) {
  const rtp::Interval before = theirs_ ? theirs_->sent : rtp::Interval{};
  theirs_ = reported;
  theirs_->sent.expected += before.expected;
  theirs_->sent.received += before.received;
  if (const auto time = rtp::round_trip(reported.block, now)) round_trip_ = *time;
}

std::size_t Reports::write(const rtp::SenderReport& sent,
                           const std::optional<rtp::ReportBlock>& block, MutableBytes buffer) {
  return rtp::write_report(sent, block, cname_, buffer);
}

}  // namespace dering::engine
