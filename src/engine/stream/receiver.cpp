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
  if (codec->name() == media::v2::Codec::NAME_TELEPHONE_EVENT) {
    reception_.on_event(framing.header);
  } else {
    note(*codec, framing.header, now);
  }
  return SoundPacket{
      .codec = codec, .header = framing.header, .payload = *payload, .agreed = &codecs_};
}

void Receiver::note(const media::v2::Codec& codec, const rtp::Header& header, Instant now) {
  if (is_sound(codec.name())) codec_ = codec.name();
  if (codec.clock_rate() != clock_rate_) {
    clock_rate_ = codec.clock_rate();
    reception_ = rtp::Reception(clock_rate_);
  }
  reception_.on_packet(header, now);
}

std::optional<Key> Receiver::take_key(const SoundPacket& packet, Instant now) {
  if (packet.codec->clock_rate() != event_clock_) {
    event_clock_ = packet.codec->clock_rate();
    keys_ = rtp::DigitReceiver(event_clock_);
  }
  return keys_.on_packet(packet.header, packet.payload, now);
}

}  // namespace dering::engine
