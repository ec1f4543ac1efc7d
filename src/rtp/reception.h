// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"

namespace dering::rtp {

/// What came of a stream between two looks at it, whatever its sources.
struct Interval {
  std::uint32_t expected = 0;  ///< packets, by their sequence numbers
  std::uint32_t received = 0;
  std::chrono::microseconds
      jitter{};  ///< RFC 3550 §6.4.1, the mean of what it was after each packet

  /// Of 1. What came twice does not stand for what was lost.
  double lost_share() const;
};

/// How well one stream arrives: what a report block says of it (RFC 3550 §6.4.1, A.1, A.3, A.8),
/// and what the last seconds were like. Counts authenticated packets only. A sequence number that
/// is far from all others is believed when the next one follows it; then counting begins anew. A
/// machine; one thread.
class Reception {
 public:
  /// `clock_rate`: timestamp units per second.
  explicit Reception(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  void on_packet(const Header& header, Instant now);
  /// A telephone event: it has a sequence number, but the timestamp of its beginning, which is no
  /// jitter.
  void on_event(const Header& header);
  void on_sender_report(const SenderReport& report, Instant now);

  /// The block for the next report; nothing while no packet has come. Starts the next interval.
  std::optional<ReportBlock> take_report(Instant now);

  /// What came since the last one was taken. Has nothing to do with reports.
  Interval take_interval();

 private:
  void start(const Header& header);
  bool count(const Header& header);
  Interval counted() const;
  void update_jitter(const Header& header, Instant now);
  std::uint32_t expected() const { return highest_ - base_ + 1; }

  std::uint32_t clock_rate_;
  std::uint32_t ssrc_ = 0;
  std::uint32_t base_ = 0;     ///< sequence number of the first packet
  std::uint32_t highest_ = 0;  ///< sequence number, with its wraps in the upper half
  std::uint32_t received_ = 0;
  std::uint32_t expected_before_ = 0;
  std::uint32_t received_before_ = 0;
  std::optional<std::uint32_t> transit_;
  std::uint32_t jitter_ = 0;              ///< in 1/16 of timestamp units
  std::optional<std::uint16_t> doubted_;  ///< the sequence number that would make it believed
  /// Of the interval: what an earlier source brought, and where this one stood at its beginning.
  Interval earlier_;
  Interval at_beginning_;
  struct Sum {
    std::uint64_t units = 0;  ///< as jitter_, of all packets of the interval
    std::uint32_t count = 0;
  };
  Sum jitter_sum_;
  std::optional<SenderReport> last_report_;
  Instant last_report_at_{};
};

}  // namespace dering::rtp
