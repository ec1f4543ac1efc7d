// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/instant.h"
#include "engine/stream/codec_list.h"
#include "rtp/packet.h"
#include "rtp/reception.h"

namespace dering::engine {

/// One packet of a phone's sound, plain.
struct SoundPacket {
  const media::v2::Codec* codec = nullptr;
  rtp::Header header;
  Bytes payload;
};

/// What comes from a phone, after its link has opened it: reads it, and counts how well it arrives.
/// A pure machine; one thread.
class Receiver {
 public:
  void update(const media::v2::Stream& stream);

  /// Nothing if it is no RTP packet, or of a payload type that was never agreed on.
  std::optional<SoundPacket> on_packet(MutableBytes plain, const rtp::Framing& framing,
                                       Instant now);

  rtp::Reception& reception() { return reception_; }
  std::uint32_t clock_rate() const { return clock_rate_; }
  /// That the phone sent last.
  media::v2::Codec::Name codec() const { return codec_; }

 private:
  CodecList codecs_;
  std::uint32_t clock_rate_ = 8000;
  media::v2::Codec::Name codec_ = media::v2::Codec::NAME_UNSPECIFIED;
  rtp::Reception reception_{8000};
};

}  // namespace dering::engine
