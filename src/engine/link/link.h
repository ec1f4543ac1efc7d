// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/instant.h"

namespace dering::engine {

class PortOutbox;

/// Packets from a phone's address that were of no use, by reason. They end nothing.
struct LinkDrops {
  std::uint64_t without_keys = 0;  ///< before the handshake was done, or after it failed
  std::uint64_t unauthenticated = 0;
  std::uint64_t replayed = 0;
  std::uint64_t malformed = 0;
  std::uint64_t too_many_sources = 0;

  std::uint64_t total() const {
    return without_keys + unauthenticated + replayed + malformed + too_many_sources;
  }
};

/// How the packets of a port with keys are authenticated and kept from others: by DTLS-SRTP, by
/// keys that signalling exchanged, or not at all. Changes packets in place and allocates nothing
/// for one. A machine, owned by its port; lives on the media thread.
class Link {
 public:
  virtual ~Link() = default;

  /// True once packets can be opened and sealed.
  virtual bool is_open() const = 0;
  /// True if what open() gave was sent by the phone and nobody else.
  virtual bool authenticates() const = 0;
  /// The plain RTP or RTCP packet: the first bytes of the given one. Nothing if the phone did not
  /// send it so, or sent it before: then it is counted.
  virtual std::optional<MutableBytes> open(MutableBytes packet) = 0;
  /// Protects the RTP or RTCP packet in the first `size` bytes of the buffer. Nothing without keys
  /// or room.
  virtual std::optional<Bytes> seal(MutableBytes buffer, std::size_t size) = 0;
  /// UpdatePort brought keys: those that it has already change nothing. False if they are of
  /// another kind, for which another link is to be made.
  virtual bool on_update(const media::v2::Keys& keys, Instant now, PortOutbox& out) = 0;

  // A handshake, for those that have one.

  /// There is a path to the phone. Comes again when the path moves.
  virtual void on_connected(Instant, PortOutbox&) {}
  virtual void on_handshake(Bytes, Instant, PortOutbox&) {}
  virtual void on_time(Instant, PortOutbox&) {}
  virtual std::optional<Instant> next_deadline() const { return std::nullopt; }
  /// The port closes: the last chance to tell the phone.
  virtual void on_close(PortOutbox&) {}

  const LinkDrops& drops() const { return drops_; }

 protected:
  LinkDrops drops_;
};

/// Makes the link of a port that is to shake hands. Null if it cannot.
using DtlsLinkFactory = std::function<std::unique_ptr<Link>(const media::v2::Dtls& dtls)>;

}  // namespace dering::engine
