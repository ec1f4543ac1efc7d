// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>

#include <optional>

#include "base/bytes.h"
#include "dtls/endpoint.h"

namespace dering::dtls {

/// What stands in for a socket: OpenSSL reads the one datagram that has come, and every write of it
/// is one datagram to send. (OpenSSL's own memory BIO runs datagrams together.)
struct Wire {
  std::optional<Bytes> incoming;
  Outbox outgoing;
};

/// A BIO on the wire, which must outlive it. The caller owns it.
BIO* make_datagram_bio(Wire& wire);

}  // namespace dering::dtls
