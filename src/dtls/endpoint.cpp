// SPDX-License-Identifier: Apache-2.0
#include "dtls/endpoint.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/srtp.h>
#include <sys/time.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "dtls/datagram_bio.h"
#include "dtls/openssl.h"
#include "dtls/peer_certificate.h"

namespace dering::dtls {
namespace {

using namespace std::chrono_literals;

/// RFC 6347 §4.2.4.1 asks for 1 s at first and allows less where latency matters; a phone call
/// starts with this handshake, and WebRTC peers begin with less still.
unsigned int retransmission_time(SSL* /*connection*/, unsigned int last_microseconds) {
  constexpr unsigned int first = 100'000;
  constexpr unsigned int longest = 2'000'000;
  return last_microseconds == 0 ? first : std::min(longest, last_microseconds * 2);
}

struct KeySizes {
  std::size_t key;
  std::size_t salt;
};

KeySizes sizes_of(ProtectionProfile profile) {
  switch (profile) {
    case ProtectionProfile::aes128_cm_sha1_80:
      return {16, 14};
    case ProtectionProfile::aead_aes_128_gcm:
      return {16, 12};
    case ProtectionProfile::aead_aes_256_gcm:
      return {32, 12};
  }
  return {0, 0};
}

std::vector<std::uint8_t> take(ByteReader& reader, std::size_t size) {
  const Bytes bytes = reader.bytes(size);
  return {bytes.begin(), bytes.end()};
}

/// RFC 5764 §4.2: client key, server key, client salt, server salt.
std::optional<SrtpKeys> export_keys(SSL* connection) {
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(connection);
  if (chosen == nullptr) return std::nullopt;
  SrtpKeys keys;
  keys.profile = static_cast<ProtectionProfile>(chosen->id);
  keys.profile_name = chosen->name;
  const KeySizes sizes = sizes_of(keys.profile);
  std::array<std::uint8_t, 88> material{};
  const std::size_t size = 2 * (sizes.key + sizes.salt);
  constexpr std::string_view label = "EXTRACTOR-dtls_srtp";
  DERING_CHECK(size > 0 &&
               SSL_export_keying_material(connection, material.data(), size, label.data(),
                                          label.size(), nullptr, 0, 0) == 1);
  ByteReader reader(material);
  DirectionKey client;
  DirectionKey server;
  client.key = take(reader, sizes.key);
  server.key = take(reader, sizes.key);
  client.salt = take(reader, sizes.salt);
  server.salt = take(reader, sizes.salt);
  OPENSSL_cleanse(material.data(), material.size());
  if (SSL_is_server(connection) == 1) std::swap(client, server);
  keys.ours = std::move(client);
  keys.theirs = std::move(server);
  return keys;
}

}  // namespace

SrtpKeys::~SrtpKeys() {
  for (DirectionKey* direction : {&ours, &theirs}) {
    OPENSSL_cleanse(direction->key.data(), direction->key.size());
    OPENSSL_cleanse(direction->salt.data(), direction->salt.size());
  }
}

/// The parts that OpenSSL keeps pointers to.
struct Endpoint::Connection {
  Connection(const Context& context, Role role, std::string expected_fingerprint)
      : peer{.expected_fingerprint = std::move(expected_fingerprint)},
        ssl(SSL_new(context.get()), SSL_free) {
    DERING_CHECK(ssl != nullptr);
    BIO* bio = make_datagram_bio(wire);
    SSL_set_bio(ssl.get(), bio, bio);
    DTLS_set_link_mtu(ssl.get(), most_datagram_bytes);
    DTLS_set_timer_cb(ssl.get(), retransmission_time);
    expect_peer(*ssl, peer);
    role == Role::server ? SSL_set_accept_state(ssl.get()) : SSL_set_connect_state(ssl.get());
  }

  Wire wire;
  Peer peer;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl;
};

Endpoint::Endpoint(const Context& context, Role role, std::string expected_fingerprint)
    : connection_(std::make_unique<Connection>(context, role, std::move(expected_fingerprint))) {}

Endpoint::~Endpoint() = default;

void Endpoint::start(Instant now, Outbox& out) {
  if (state_ != State::waiting) return;
  state_ = State::shaking_hands;
  started_ = now;
  advance(now, out);
}

void Endpoint::on_datagram(Bytes datagram, Instant now, Outbox& out) {
  switch (state_) {
    case State::waiting:
      start(now, out);
      [[fallthrough]];
    case State::shaking_hands:
    case State::secured:
      connection_->wire.incoming = datagram;
      advance(now, out);
      connection_->wire.incoming.reset();
      return;
    case State::failed:
    case State::closed:
      return;
  }
}

void Endpoint::on_time(Instant now, Outbox& out) {
  if (state_ != State::shaking_hands) return;
  if (now >= started_ + most_handshake_time) {
    fail("The DTLS handshake took too long.");
    return;
  }
  ERR_clear_error();
  if (DTLSv1_handle_timeout(connection_->ssl.get()) < 0) {
    fail("The phone did not answer the DTLS handshake.");
  }
  std::ranges::move(connection_->wire.outgoing, std::back_inserter(out));
  connection_->wire.outgoing.clear();
  set_deadline(now);
}

void Endpoint::close(Outbox& out) {
  if (state_ == State::secured) {
    ERR_clear_error();
    SSL_shutdown(connection_->ssl.get());
    std::ranges::move(connection_->wire.outgoing, std::back_inserter(out));
    connection_->wire.outgoing.clear();
  }
  if (state_ != State::failed) state_ = State::closed;
  deadline_.reset();
}

/// Lets OpenSSL work on what has come, until it wants more.
void Endpoint::advance(Instant now, Outbox& out) {
  ERR_clear_error();
  SSL* ssl = connection_->ssl.get();
  if (state_ == State::shaking_hands) {
    const int result = SSL_do_handshake(ssl);
    if (result == 1) {
      finish_handshake();
    } else if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ) {
      const bool is_stranger = connection_->peer.verdict == Peer::Verdict::stranger;
      fail(is_stranger ? "The phone's certificate is not the one that its description named."
                       : fmt::format("The DTLS handshake failed: {}.", take_openssl_error()));
    }
  } else {
    read_after_handshake();
  }
  std::ranges::move(connection_->wire.outgoing, std::back_inserter(out));
  connection_->wire.outgoing.clear();
  set_deadline(now);
}

void Endpoint::finish_handshake() {
  // OpenSSL has refused strangers; were it ever to miss one, no key must come out.
  if (connection_->peer.verdict != Peer::Verdict::expected) {
    fail("The phone showed no certificate.");
    return;
  }
  keys_ = export_keys(connection_->ssl.get());
  if (!keys_) {
    fail("The phone and the engine have no SRTP profile in common.");
    return;
  }
  state_ = State::secured;
}

/// Answers a Finished that came again, and notices a goodbye. Data has no use here.
void Endpoint::read_after_handshake() {
  std::array<std::uint8_t, 256> unused;
  SSL* ssl = connection_->ssl.get();
  int result = 0;
  do {
    result = SSL_read(ssl, unused.data(), static_cast<int>(unused.size()));
  } while (result > 0);
  const int error = SSL_get_error(ssl, result);
  ERR_clear_error();
  if (error == SSL_ERROR_ZERO_RETURN) state_ = State::closed;
}

void Endpoint::fail(std::string sentence) {
  ERR_clear_error();
  state_ = State::failed;
  failure_ = std::move(sentence);
  keys_.reset();
  deadline_.reset();
}

void Endpoint::set_deadline(Instant now) {
  deadline_.reset();
  if (state_ != State::shaking_hands) return;
  deadline_ = started_ + most_handshake_time;
  timeval left{};
  if (DTLSv1_get_timeout(connection_->ssl.get(), &left) == 1) {
    const Duration wait =
        std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
    // OpenSSL's clock need not run with ours to the last bit: no busy waiting for it.
    deadline_ = std::min(*deadline_, now + std::max<Duration>(wait, 1ms));
  }
}

}  // namespace dering::dtls
