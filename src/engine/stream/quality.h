// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>

#include "rtp/rtcp.h"

namespace dering::engine {

/// What passed in one direction between two report blocks. A pure value.
class IntervalCounter {
 public:
  /// The words of Quality for what is new in the block.
  media::v2::Direction take(const rtp::ReportBlock& block, std::uint32_t clock_rate) {
    media::v2::Direction direction;
    if (block.ssrc == ssrc_) {
      const auto lost = std::int64_t{block.cumulative_lost} - lost_;
      direction.set_expected(block.highest_sequence - highest_);
      direction.set_lost(lost > 0 ? static_cast<std::uint32_t>(lost) : 0);
    }
    direction.set_jitter(
        static_cast<std::uint32_t>(std::uint64_t{block.jitter} * 1'000'000 / clock_rate));
    ssrc_ = block.ssrc;
    highest_ = block.highest_sequence;
    lost_ = block.cumulative_lost;
    return direction;
  }

 private:
  std::uint32_t ssrc_ = 0;
  std::uint32_t highest_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace dering::engine
