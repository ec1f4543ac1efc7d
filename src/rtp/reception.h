// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"

namespace dering::rtp {

/// How well one stream arrives: what a report block says of it (RFC 3550 §6.4.1, A.3, A.8). Counts
/// authenticated packets only. A machine; one thread.
class Reception {
 public:
  /// `clock_rate`: timestamp units per second.
  explicit Reception(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  void on_packet(const Header& header, Instant now);
  void on_sender_report(const SenderReport& report, Instant now);

  /// The block for the next report; nothing while no packet has come. Starts the next interval.
  std::optional<ReportBlock> take_report(Instant now);

 private:
  void start(const Header& header);
  void update_jitter(const Header& header, Instant now);
  std::uint32_t expected() const { return highest_ - base_ + 1; }

  std::uint32_t clock_rate_;
  std::uint32_t ssrc_ = 0;
  std::uint32_t base_ = 0;     ///< sequence number of the first packet
  std::uint32_t highest_ = 0;  ///< sequence number, with its wraps in the upper half
  std::uint32_t received_ = 0;
  std::uint32_t expected_before_ = 0;
  std::uint32_t received_before_ = 0;
  std::uint32_t transit_ = 0;
  std::uint32_t jitter_ = 0;  ///< in 1/16 of timestamp units
  std::optional<SenderReport> last_report_;
  Instant last_report_at_{};
};

}  // namespace dering::rtp
