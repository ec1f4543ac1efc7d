// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/receiver.h"

namespace dering::engine {

void Receiver::update(const media::v2::Stream& stream) {
  codecs_ = CodecList(stream.receive());
}

std::optional<SoundPacket> Receiver::on_packet(MutableBytes plain, const rtp::Framing& framing,
                                               Instant now) {
  const media::v2::Codec* codec = codecs_.find(framing.header.payload_type);
  if (codec == nullptr) return std::nullopt;
  const auto payload = rtp::payload_of(plain, framing);
  if (!payload || payload->empty()) return std::nullopt;
  if (is_sound(codec->name()) && codec->clock_rate() != clock_rate_) {
    clock_rate_ = codec->clock_rate();
    reception_ = rtp::Reception(clock_rate_);
  }
  if (is_sound(codec->name())) codec_ = codec->name();
  reception_.on_packet(framing.header, now);
  return SoundPacket{.codec = codec, .header = framing.header, .payload = *payload};
}

}  // namespace dering::engine
