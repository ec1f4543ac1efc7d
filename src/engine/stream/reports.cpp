// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/reports.h"

namespace dering::engine {

void Reports::on_block(const rtp::ReportBlock& block, Instant now) {
  theirs_ = block;
  if (const auto time = rtp::round_trip(block, now)) round_trip_ = *time;
}

std::size_t Reports::write(const rtp::SenderReport& sent,
                           const std::optional<rtp::ReportBlock>& block, MutableBytes buffer) {
  return rtp::write_report(sent, block, cname_, buffer);
}

}  // namespace dering::engine
