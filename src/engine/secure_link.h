// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/instant.h"
#include "dtls/endpoint.h"
#include "srtp/protector.h"
#include "srtp/unprotector.h"

namespace dering::engine {

class TerminalOutbox;

/// Packets from a proven address that were of no use, by reason. They end nothing.
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

/// DTLS-SRTP between a terminated port and its phone: shakes hands, then decrypts what the phone
/// sends and encrypts what it gets. Another fingerprint or role begins anew (RFC 8842 §5.5). A
/// machine; lives on the media thread.
class SecureLink {
 public:
  SecureLink(const dtls::Context& context, const media::v2::Dtls& dtls);

  void on_connected(Instant now, TerminalOutbox& out);
  void on_handshake(Bytes datagram, Instant now, TerminalOutbox& out);
  void on_update(const media::v2::Dtls& dtls, Instant now, TerminalOutbox& out);
  void on_time(Instant now, TerminalOutbox& out);
  void on_close(TerminalOutbox& out);
  std::optional<Instant> next_deadline() const { return endpoint_->next_deadline(); }

  bool is_secured() const { return keys_.has_value(); }

  /// Decrypts an RTP or RTCP packet in place. Nothing if the phone did not send it so, or sent it
  /// before: then it is counted.
  std::optional<MutableBytes> open(MutableBytes packet, TerminalOutbox& out);
  /// Encrypts the RTP or RTCP packet in the first `size` bytes of the buffer in place. Nothing
  /// without keys or room.
  std::optional<Bytes> seal(MutableBytes buffer, std::size_t size);

  const LinkDrops& drops() const { return drops_; }

 private:
  struct Keys {
    srtp::Unprotector theirs;
    srtp::Protector ours;
  };

  void begin(const media::v2::Dtls& dtls);
  void flush(dtls::Outbox& datagrams, TerminalOutbox& out);
  void settle(dtls::Endpoint::State before, TerminalOutbox& out);
  void use(const dtls::SrtpKeys& exported);
  void count(srtp::Fault fault);

  dtls::Context context_;
  std::string fingerprint_;
  media::v2::Dtls::Role role_ = media::v2::Dtls::ROLE_UNSPECIFIED;
  std::unique_ptr<dtls::Endpoint> endpoint_;
  std::optional<Keys> keys_;
  bool has_path_ = false;
  LinkDrops drops_;
};

}  // namespace dering::engine
