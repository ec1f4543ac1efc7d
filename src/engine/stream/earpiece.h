// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "engine/link/link.h"
#include "engine/outbox.h"
#include "engine/stream/codec_list.h"
#include "engine/stream/receiver.h"
#include "engine/stream/sender.h"

namespace dering::engine {

struct Port;

/// What a phone is given to hear: one stream, whatever feeds it. A machine, owned by its party;
/// lives on the media thread. Carrying a packet allocates nothing.
class Earpiece {
 public:
  explicit Earpiece(Port& port) : port_(&port) {}

  void set_stream(const media::v2::Stream& stream);
  /// Null as long as the port has no keys. Outlives its use here.
  void set_link(Link* link) { link_ = link; }
  bool has_stream() const { return sender_.has_value(); }
  std::uint32_t ssrc() const { return sender_ ? sender_->ssrc() : 0; }

  /// A packet of the one that the phone hears. Whoever has no stream yet hears nothing.
  void hear(const StreamSource& source, const SoundPacket& sound, Instant now, Outbox& out);

  std::uint32_t clock_rate() const { return sender_ ? sender_->clock_rate() : 8000; }
  /// What the next sender report says.
  rtp::SenderReport report(Instant now) const { return sender_->report(now); }

 private:
  bool send(const rtp::Header& header, Bytes payload, Outbox& out);

  Port* port_;
  Link* link_ = nullptr;
  std::optional<Sender> sender_;
  CodecList takes_;
};

}  // namespace dering::engine
