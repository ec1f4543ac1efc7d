// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/instant.h"

namespace dering::rtp {

/// A time as RTCP writes it: seconds and 2⁻³² seconds. RFC 3550 §6.4.1 lets a sender use its uptime
/// in place of the time of day, so this is a monotonic Instant.
std::uint64_t to_ntp(Instant instant);
/// The middle 32 bits of it, in units of 2⁻¹⁶ s (RFC 3550 §4).
constexpr std::uint32_t middle_of(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}

/// What a sender tells of its own stream (RFC 3550 §6.4.1).
struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;
  std::uint32_t timestamp = 0;  ///< of the same moment as `ntp`
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

/// What a receiver tells of a stream it hears (RFC 3550 §6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;    ///< of 256, since the last report
  std::int32_t cumulative_lost = 0;  ///< negative if duplicates came
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;             ///< in units of the timestamp
  std::uint32_t last_report = 0;        ///< middle_of the NTP time in the sender's last report
  std::uint32_t since_last_report = 0;  ///< in units of 2⁻¹⁶ s

  bool operator==(const ReportBlock&) const = default;
};

/// A compound packet of a sender report (or, before anything was sent, a receiver report with the
/// same SSRC) with at most one block, and SDES with the CNAME of at most 255 bytes. Returns its
/// size; 0 if it does not fit.
std::size_t write_report(const SenderReport& sender, const std::optional<ReportBlock>& block,
                         std::string_view cname, MutableBytes buffer);

/// What the receiver of a compound packet cares for.
struct Compound {
  std::optional<SenderReport> sender;
  std::optional<ReportBlock> block;  ///< the first one that stands in a report
};

/// Reads a decrypted compound packet. Nothing if it is not one (RFC 3550 A.2): packets that do not
/// fill it exactly, another version, padding before the last or more of it than there is, a BYE
/// that names more sources or a longer reason than it holds. Reduced-size packets (RFC 5506), which
/// do not begin with a report, are taken; what else stands in it (BYE, feedback, RFC 3611) says
/// nothing here.
std::optional<Compound> read_compound(Bytes packet);

/// As above, with the block that tells of this source of ours, wherever it stands.
std::optional<Compound> read_compound(Bytes packet, std::uint32_t about);

/// How long a packet and its answer are on the way, by what a block tells of our last report (RFC
/// 3550 §6.4.1). Nothing if it tells of none, or what cannot be.
std::optional<Duration> round_trip(const ReportBlock& block, Instant now);

}  // namespace dering::rtp
