// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace dering::engine {

/// Keeps a router's way to a phone open while the phone is sent no RTP: it holds, or nobody speaks
/// (RFC 6263). Asked with each report, which comes every five seconds. A pure machine; one thread.
class KeepAlive {
 public:
  /// RFC 6263 §8: 15 s.
  static constexpr unsigned most_quiet_reports = 3;

  /// `packets`: of RTP that went out since the beginning. True if something must go out now.
  bool is_due(std::uint32_t packets) {
    quiet_reports_ = packets == packets_ ? quiet_reports_ + 1 : 0;
    packets_ = packets;
    if (quiet_reports_ < most_quiet_reports) return false;
    quiet_reports_ = 0;
    return true;
  }

 private:
  std::uint32_t packets_ = 0;
  unsigned quiet_reports_ = 0;
};

}  // namespace dering::engine
