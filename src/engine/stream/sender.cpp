// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/sender.h"

#include <cstdlib>

namespace dering::engine {
namespace {

/// RFC 3550 A.1: a jump beyond this is a source that began anew.
constexpr int most_gap = 3000;
constexpr int most_misorder = 100;
/// In seconds of a source's clock: a silence may last as long between two of its packets.
constexpr std::int64_t longest_silence = 60;

/// RFC 3711 §3.3.1: a start in the lower half keeps a packet lost at the first wrap from putting
/// the rollover counters apart.
std::uint16_t first_sequence(std::uint32_t ssrc) {
  return static_cast<std::uint16_t>((ssrc * 0x9E37'79B1U) >> 17);
}

}  // namespace

Sender::Sender(std::uint32_t ssrc, std::uint32_t clock_rate)
    : ssrc_(ssrc),
      clock_rate_(clock_rate),
      last_sequence_(first_sequence(ssrc)),
      last_timestamp_(ssrc * 0x85EB'CA6BU) {}

bool Sender::continues(const StreamSource& source, const rtp::Header& header,
                       std::uint32_t clock_rate) const {
  if (source != source_ || clock_rate != clock_rate_) return false;
  const auto step = static_cast<std::int16_t>(header.sequence + sequence_shift_ - last_sequence_);
  const auto ticks =
      static_cast<std::int32_t>(header.timestamp + timestamp_shift_ - last_timestamp_);
  return step < most_gap && step > -most_misorder &&
         std::abs(std::int64_t{ticks}) < longest_silence * clock_rate;
}

std::uint32_t Sender::timestamp_at(Instant now, std::uint32_t clock_rate) const {
  if (packets_ == 0) return last_timestamp_;
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - last_at_);
  return last_timestamp_ +
         static_cast<std::uint32_t>(passed.count() * std::int64_t{clock_rate} / 1'000'000);
}

std::optional<rtp::Header> Sender::forward(const StreamSource& source, const rtp::Header& header,
                                           std::uint32_t clock_rate, Instant now) {
  rtp::Header ours = header;
  ours.ssrc = ssrc_;
  if (!continues(source, header, clock_rate)) {
    ours.sequence = static_cast<std::uint16_t>(last_sequence_ + 1);
    ours.timestamp = timestamp_at(now, clock_rate);
    ours.marker = true;  // RFC 3551 §4.1: the beginning of a talkspurt
    source_ = source;
    clock_rate_ = clock_rate;
    sequence_shift_ = static_cast<std::uint16_t>(ours.sequence - header.sequence);
    timestamp_shift_ = ours.timestamp - header.timestamp;
    shifted_at_ = static_cast<std::uint16_t>(header.sequence - 1);
  } else {
    if (static_cast<std::int16_t>(header.sequence - shifted_at_) <= 0) return std::nullopt;
    ours.sequence = static_cast<std::uint16_t>(header.sequence + sequence_shift_);
    ours.timestamp = header.timestamp + timestamp_shift_;
  }
  if (static_cast<std::int16_t>(ours.sequence - last_sequence_) > 0) {
    last_sequence_ = ours.sequence;
    last_timestamp_ = ours.timestamp;
    last_at_ = now;
  }
  return ours;
}

void Sender::keep_back(const StreamSource& source, const rtp::Header& header) {
  if (source != source_) return;
  const auto step = static_cast<std::int16_t>(header.sequence + sequence_shift_ - last_sequence_);
  if (step <= 0) return;
  --sequence_shift_;
  shifted_at_ = header.sequence;
}

rtp::Header Sender::insert(std::uint8_t payload_type, bool marker, std::uint32_t timestamp) {
  shifted_at_ = static_cast<std::uint16_t>(last_sequence_ - sequence_shift_);
  ++sequence_shift_;
  ++last_sequence_;
  return {.marker = marker,
          .payload_type = payload_type,
          .sequence = last_sequence_,
          .timestamp = timestamp,
          .ssrc = ssrc_};
}

void Sender::sent(std::size_t payload_size) {
  ++packets_;
  octets_ += static_cast<std::uint32_t>(payload_size);
}

rtp::SenderReport Sender::report(Instant now) const {
  return {.ssrc = ssrc_,
          .ntp = rtp::to_ntp(now),
          .timestamp = timestamp_at(now, clock_rate_),
          .packets = packets_,
          .octets = octets_};
}

}  // namespace dering::engine
