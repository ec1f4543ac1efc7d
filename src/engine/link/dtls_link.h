// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <memory>
#include <optional>
#include <string>

#include "dtls/endpoint.h"
#include "engine/link/link.h"
#include "engine/link/srtp_keys.h"

namespace dering::engine {

/// DTLS-SRTP with a phone: shakes hands, then decrypts what the phone sends and encrypts what it
/// gets. Another fingerprint or role begins anew (RFC 8842 §5.5).
class DtlsLink final : public Link {
 public:
  DtlsLink(const dtls::Context& context, const media::v2::Dtls& dtls);

  bool is_open() const override { return keys_.has_value(); }
  bool authenticates() const override { return true; }
  std::optional<MutableBytes> open(MutableBytes packet) override;
  std::optional<Bytes> seal(MutableBytes buffer, std::size_t size) override;
  bool on_update(const media::v2::Keys& keys, Instant now, PortOutbox& out) override;

  void on_connected(Instant now, PortOutbox& out) override;
  void on_handshake(Bytes datagram, Instant now, PortOutbox& out) override;
  void on_time(Instant now, PortOutbox& out) override;
  std::optional<Instant> next_deadline() const override { return endpoint_->next_deadline(); }
  void on_close(PortOutbox& out) override;

 private:
  void begin(const media::v2::Dtls& dtls);
  void flush(dtls::Outbox& datagrams, PortOutbox& out);
  void settle(dtls::Endpoint::State before, PortOutbox& out);
  void use(const dtls::SrtpKeys& exported);

  dtls::Context context_;
  std::string fingerprint_;
  media::v2::Dtls::Role role_ = media::v2::Dtls::ROLE_UNSPECIFIED;
  std::unique_ptr<dtls::Endpoint> endpoint_;
  std::optional<SrtpKeys> keys_;
  bool has_path_ = false;
};

/// Links that show this certificate. For one media thread.
DtlsLinkFactory make_dtls_link_factory(const dtls::Certificate& certificate);

}  // namespace dering::engine
