// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>

namespace dering::dtls {

/// Whom an SSL object expects, and whom it met.
struct Peer {
  std::string expected_fingerprint;
  enum class Verdict : std::uint8_t { unseen, stranger, expected } verdict = Verdict::unseen;
};

/// Makes the peer known to the verification of this connection; it must live as long.
void expect_peer(SSL& connection, Peer& peer);

/// OpenSSL's hook in place of its verification of certificate chains: WebRTC certificates are
/// signed by nobody, and only the fingerprint tells whose they are (RFC 8827 §6.5).
int verify_peer_certificate(X509_STORE_CTX* store, void* unused);

}  // namespace dering::dtls
