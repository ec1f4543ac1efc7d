// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/instant.h"
#include "engine/stream/codec_list.h"
#include "rtp/digit_receiver.h"
#include "rtp/packet.h"
#include "rtp/reception.h"

namespace dering::engine {

/// One packet of a phone's sound, plain.
struct SoundPacket {
  const media::v2::Codec* codec = nullptr;
  rtp::Header header;
  Bytes payload;
  const CodecList* agreed = nullptr;  ///< all that its phone may send
};

/// A key that a phone pressed.
using Key = rtp::Digit;

/// What comes from a phone, after its link has opened it: reads it, and counts how well it arrives.
/// A pure machine; one thread.
class Receiver {
 public:
  void update(const media::v2::Stream& stream);

  /// Nothing if it is no RTP packet, or of a payload type that was never agreed on.
  std::optional<SoundPacket> on_packet(MutableBytes plain, const rtp::Framing& framing,
                                       Instant now);

  /// The key that ended with a packet of telephone-event, or by its time.
  std::optional<Key> take_key(const SoundPacket& packet, Instant now);
  std::optional<Key> on_time(Instant now) { return keys_.on_time(now); }
  std::optional<Instant> next_deadline() const { return keys_.next_deadline(); }

  const CodecList& codecs() const { return codecs_; }
  rtp::Reception& reception() { return reception_; }
  std::uint32_t clock_rate() const { return clock_rate_; }
  /// That the phone sent last.
  media::v2::Codec::Name codec() const { return codec_; }

 private:
  void note(const media::v2::Codec& codec, const rtp::Header& header, Instant now);

  CodecList codecs_;
  std::uint32_t clock_rate_ = 8000;
  media::v2::Codec::Name codec_ = media::v2::Codec::NAME_UNSPECIFIED;
  rtp::Reception reception_{8000};
  std::uint32_t event_clock_ = 8000;
  rtp::DigitReceiver keys_{8000};
};

}  // namespace dering::engine
