// SPDX-License-Identifier: Apache-2.0
#include "engine/secure_link.h"

#include "engine/port.h"
#include "rtp/packet.h"

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

SecureLink::SecureLink(const dtls::Context& context, const media::v2::Dtls& dtls)
    : context_(context) {
  begin(dtls);
}

void SecureLink::begin(const media::v2::Dtls& dtls) {
  fingerprint_ = dtls.fingerprint();
  role_ = dtls.role();
  keys_.reset();
  endpoint_ = std::make_unique<dtls::Endpoint>(
      context_, role_ == media::v2::Dtls::ROLE_CLIENT ? dtls::Role::client : dtls::Role::server,
      fingerprint_);
}

// Handshake

void SecureLink::on_connected(Instant now, TerminalOutbox& out) {
  has_path_ = true;
  dtls::Outbox datagrams;
  endpoint_->start(now, datagrams);
  flush(datagrams, out);
}

void SecureLink::on_handshake(Bytes datagram, Instant now, TerminalOutbox& out) {
  const State before = endpoint_->state();
  dtls::Outbox datagrams;
  endpoint_->on_datagram(datagram, now, datagrams);
  flush(datagrams, out);
  settle(before, out);
}

void SecureLink::on_update(const media::v2::Dtls& dtls, Instant now, TerminalOutbox& out) {
  const bool is_same =
      dtls.role() == role_ && dtls::same_fingerprint(dtls.fingerprint(), fingerprint_);
  if (is_same) return;
  begin(dtls);
  if (has_path_) on_connected(now, out);
}

void SecureLink::on_time(Instant now, TerminalOutbox& out) {
  const auto deadline = endpoint_->next_deadline();
  if (!deadline || *deadline > now) return;
  const State before = endpoint_->state();
  dtls::Outbox datagrams;
  endpoint_->on_time(now, datagrams);
  flush(datagrams, out);
  settle(before, out);
}

void SecureLink::on_close(TerminalOutbox& out) {
  dtls::Outbox datagrams;
  endpoint_->close(datagrams);
  flush(datagrams, out);
  keys_.reset();
}

void SecureLink::flush(dtls::Outbox& datagrams, TerminalOutbox& out) {
  for (const auto& datagram : datagrams) out.send(datagram);
}

/// Draws the conclusions of a new state of the endpoint.
void SecureLink::settle(State before, TerminalOutbox& out) {
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

void SecureLink::use(const dtls::SrtpKeys& exported) {
  const srtp::Suite suite = suite_of(exported.profile);
  keys_.emplace(Keys{
      .theirs = srtp::Unprotector(suite, {exported.theirs.key, exported.theirs.salt}),
      .ours = srtp::Protector(suite, {exported.ours.key, exported.ours.salt}),
  });
}

// Packets

std::optional<MutableBytes> SecureLink::open(MutableBytes packet, TerminalOutbox& out) {
  if (!keys_) {
    ++drops_.without_keys;
    out.dropped();
    return std::nullopt;
  }
  const auto plain = rtp::is_rtcp(packet) ? keys_->theirs.unprotect_rtcp(packet)
                                          : keys_->theirs.unprotect_rtp(packet);
  if (plain) return *plain;
  count(plain.error());
  out.dropped();
  return std::nullopt;
}

std::optional<Bytes> SecureLink::seal(MutableBytes buffer, std::size_t size) {
  if (!keys_) return std::nullopt;
  const auto sealed = rtp::is_rtcp(buffer) ? keys_->ours.protect_rtcp(buffer, size)
                                           : keys_->ours.protect_rtp(buffer, size);
  if (!sealed) return std::nullopt;
  return buffer.first(*sealed);
}

void SecureLink::count(srtp::Fault fault) {
  switch (fault) {
    case srtp::Fault::unauthenticated:
      ++drops_.unauthenticated;
      return;
    case srtp::Fault::replayed:
      ++drops_.replayed;
      return;
    case srtp::Fault::too_many:
      ++drops_.too_many_sources;
      return;
    case srtp::Fault::malformed:
    case srtp::Fault::no_room:
    case srtp::Fault::key_used_up:
      ++drops_.malformed;
      return;
  }
}

}  // namespace dering::engine
