// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"

namespace dering::engine {

/// What feeds an outgoing stream: the stream of a phone, or one that the engine makes.
struct StreamSource {
  std::uint64_t port = 0;
  std::uint32_t ssrc = 0;

  bool operator==(const StreamSource&) const = default;
};

/// The headers of the one stream that goes to a phone: one SSRC, and sequence numbers and
/// timestamps without a break, whatever feeds it. What a source lost stays lost, so that the phone
/// can tell. A pure machine; one thread.
class Sender {
 public:
  /// Sequence numbers and timestamps begin at a number that follows from the SSRC, which is random:
  /// a stream that is opened again gets another SSRC, and so no key stream comes twice.
  Sender(std::uint32_t ssrc, std::uint32_t clock_rate);

  /// The header with which a packet of the source goes on; `header` is what it came with, with the
  /// payload type that the phone knows. Nothing for one that comes so late that its place is taken.
  std::optional<rtp::Header> forward(const StreamSource& source, const rtp::Header& header,
                                     std::uint32_t clock_rate, Instant now);
  /// A packet of the source is kept back: it must leave no gap.
  void keep_back(const StreamSource& source, const rtp::Header& header);
  /// The source is not heard any more: whatever comes next is a new one.
  void leave() { source_ = {}; }
  /// A packet of another kind between those of the source: a telephone-event.
  rtp::Header insert(std::uint8_t payload_type, bool marker, std::uint32_t timestamp);
  /// The timestamp that a stream without a break has now.
  std::uint32_t timestamp_at(Instant now, std::uint32_t clock_rate) const;
  /// The packet went out.
  void sent(std::size_t payload_size);

  /// What goes into the next sender report (RFC 3550 §6.4.1).
  rtp::SenderReport report(Instant now) const;
  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t clock_rate() const { return clock_rate_; }  ///< of what was sent last

 private:
  bool continues(const StreamSource& source, const rtp::Header& header,
                 std::uint32_t clock_rate) const;

  std::uint32_t ssrc_;
  StreamSource source_;
  std::uint32_t clock_rate_;
  std::uint16_t last_sequence_;   ///< the highest that was given
  std::uint32_t last_timestamp_;  ///< of the same packet
  Instant last_at_{};
  std::uint16_t sequence_shift_ = 0;  ///< ours less the source's
  std::uint32_t timestamp_shift_ = 0;
  std::uint16_t shifted_at_ = 0;  ///< the source's, up to which another shift was in use
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
};

}  // namespace dering::engine
