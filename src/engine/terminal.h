// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/instant.h"
#include "engine/packet_kind.h"

namespace dering::engine {

class PortOutbox;

/// The end of a terminated port: takes the phone's DTLS and SRTP instead of another phone, and
/// answers. It never sees STUN, and no packet from an address that ICE has not proved (so a
/// stranger's ClientHello never reaches it). A machine, owned by its port; lives on the media
/// thread.
class Terminal {
 public:
  virtual ~Terminal() = default;

  /// ICE has found the path: from here on packets can be sent. Comes again when the path moves.
  virtual void on_connected(Instant now, PortOutbox& out) = 0;
  /// A DTLS or an (S)RTP, (S)RTCP packet. It may be changed in place and forwarded from there.
  virtual void on_packet(PacketKind kind, MutableBytes packet, Instant now, PortOutbox& out) = 0;
  virtual void on_time(Instant now, PortOutbox& out) = 0;
  virtual std::optional<Instant> next_deadline() const = 0;
  /// UpdatePort brought other DTLS parameters.
  virtual void on_update(const media::v2::Dtls& dtls, Instant now, PortOutbox& out) = 0;
  /// The port closes: the last chance to tell the phone.
  virtual void on_close(PortOutbox& out) = 0;
};

/// Makes the terminal of a port on a bridge that is not sealed. Null if it cannot serve such a one.
using TerminalFactory = std::function<std::unique_ptr<Terminal>(media::v2::OpenBridge::Kind kind,
                                                                const media::v2::Dtls& dtls)>;

}  // namespace dering::engine
