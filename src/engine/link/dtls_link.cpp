// SPDX-License-Identifier: Apache-2.0
#include "engine/link/dtls_link.h"

#include "engine/port.h"

namespace dering::engine {
namespace {

using State = dtls::Endpoint::State;

srtp::Suite suite_of(dtls::ProtectionProfile profile) {
  switch (profile) {
    case dtls::ProtectionProfile::aes128_cm_sha1_80:
      return srtp::Suite::aes128_cm_sha1_80;
    case dtls::ProtectionProfile::aead_aes_128_gcm:
      return srtp::Suite::aead_aes_128_gcm;
    case dtls::ProtectionProfile::aead_aes_256_gcm:
      return srtp::Suite::aead_aes_256_gcm;
  }
  return srtp::Suite::aes128_cm_sha1_80;
}

}  // namespace

DtlsLink::DtlsLink(const dtls::Context& context, const media::v2::Dtls& dtls) : context_(context) {
  begin(dtls);
}

void DtlsLink::begin(const media::v2::Dtls& dtls) {
  fingerprint_ = dtls.fingerprint();
  role_ = dtls.role();
  keys_.reset();
  endpoint_ = std::make_unique<dtls::Endpoint>(
      context_, role_ == media::v2::Dtls::ROLE_CLIENT ? dtls::Role::client : dtls::Role::server,
      fingerprint_);
}

// Handshake

void DtlsLink::on_connected(Instant now, PortOutbox& out) {
  has_path_ = true;
  dtls::Outbox datagrams;
  endpoint_->start(now, datagrams);
  flush(datagrams, out);
}

void DtlsLink::on_handshake(Bytes datagram, Instant now, PortOutbox& out) {
  const State before = endpoint_->state();
  dtls::Outbox datagrams;
  endpoint_->on_datagram(datagram, now, datagrams);
  flush(datagrams, out);
  settle(before, out);
}

bool DtlsLink::on_update(const media::v2::Keys& keys, Instant now, PortOutbox& out) {
  if (!keys.has_dtls()) return false;
  const media::v2::Dtls& dtls = keys.dtls();
  const bool is_same =
      dtls.role() == role_ && dtls::same_fingerprint(dtls.fingerprint(), fingerprint_);
  if (is_same) return true;
  begin(dtls);
  if (has_path_) on_connected(now, out);
  return true;
}

void DtlsLink::on_time(Instant now, PortOutbox& out) {
  const auto deadline = endpoint_->next_deadline();
  if (!deadline || *deadline > now) return;
  const State before = endpoint_->state();
  dtls::Outbox datagrams;
  endpoint_->on_time(now, datagrams);
  flush(datagrams, out);
  settle(before, out);
}

void DtlsLink::on_close(PortOutbox& out) {
  dtls::Outbox datagrams;
  endpoint_->close(datagrams);
  flush(datagrams, out);
  keys_.reset();
}

void DtlsLink::flush(dtls::Outbox& datagrams, PortOutbox& out) {
  for (const auto& datagram : datagrams) out.send(datagram);
}

/// Draws the conclusions of a new state of the endpoint.
void DtlsLink::settle(State before, PortOutbox& out) {
  const State state = endpoint_->state();
  if (state == before) return;
  switch (state) {
    case State::secured:
      if (const auto exported = endpoint_->take_keys()) {
        use(*exported);
        out.secured(exported->profile_name);
      }
      return;
    case State::failed:
      out.failed(endpoint_->failure());
      return;
    case State::closed:
      keys_.reset();
      return;
    case State::waiting:
    case State::shaking_hands:
      return;
  }
}

void DtlsLink::use(const dtls::SrtpKeys& exported) {
  const srtp::Suite suite = suite_of(exported.profile);
  keys_.emplace(SrtpKeys{
      .theirs = srtp::Unprotector(suite, {exported.theirs.key, exported.theirs.salt}),
      .ours = srtp::Protector(suite, {exported.ours.key, exported.ours.salt}),
  });
}

// Packets

std::optional<MutableBytes> DtlsLink::open(MutableBytes packet) {
  if (keys_) return keys_->open(packet, drops_);
  ++drops_.without_keys;
  return std::nullopt;
}

std::optional<Bytes> DtlsLink::seal(MutableBytes buffer, std::size_t size) {
  if (!keys_) return std::nullopt;
  return keys_->seal(buffer, size);
}

DtlsLinkFactory make_dtls_link_factory(const dtls::Certificate& certificate) {
  return [context = dtls::Context(certificate)](const media::v2::Dtls& dtls) {
    return std::make_unique<DtlsLink>(context, dtls);
  };
}

}  // namespace dering::engine
