// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/earpiece.h"

#include <cstring>

#include "engine/port.h"

namespace dering::engine {

using media::v2::Codec;

void Earpiece::set_stream(const media::v2::Stream& stream) {
  if (!sender_) sender_.emplace(stream.ssrc());
  takes_ = CodecList(stream.send());
}

void Earpiece::hear(const StreamSource& source, const SoundPacket& sound, Instant now,
                    Outbox& out) {
  if (!sender_ || link_ == nullptr) return;
  const Codec* codec = takes_.like(*sound.codec);
  if (codec == nullptr) return sender_->keep_back(source, sound.header);
  rtp::Header header = sound.header;
  header.payload_type = static_cast<std::uint8_t>(codec->payload_type());
  send(sender_->forward(source, header, codec->clock_rate(), now), sound.payload, out);
}

bool Earpiece::send(const rtp::Header& header, Bytes payload, Outbox& out) {
  const ice::Path* path = port_->media_path();
  const MutableBytes draft = out.draft();
  const std::size_t size = rtp::fixed_header_size + payload.size();
  if (path == nullptr || size > draft.size()) return false;
  rtp::write_header(header, draft);
  std::memcpy(draft.data() + rtp::fixed_header_size, payload.data(), payload.size());
  const auto sealed = link_->seal(draft, size);
  if (!sealed) return false;
  out.send_draft(sealed->size(), *path);
  sender_->sent(payload.size());
  ++port_->traffic.sent;
  return true;
}

}  // namespace dering::engine
