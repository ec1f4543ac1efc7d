// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/random.h"

struct evp_pkey_st;
struct x509_st;

namespace dering::dtls {

/// What a peer is known by: it signed its session description (RFC 5763 §5), not its certificate.
/// Made at start, ECDSA on P-256, signed by itself, valid for 30 days. Nobody could tell anything
/// from its name, which is random. Immutable; any thread.
class Certificate {
 public:
  /// `now` may be off by a day from the peers' clocks.
  static Certificate generate(Random& random, UnixSeconds now);

  /// SHA-256, as in a=fingerprint (RFC 8122 §5): "AB:CD:…".
  const std::string& fingerprint() const { return fingerprint_; }

  x509_st* x509() const { return x509_.get(); }
  evp_pkey_st* key() const { return key_.get(); }

 private:
  Certificate() = default;

  std::shared_ptr<x509_st> x509_;
  std::shared_ptr<evp_pkey_st> key_;
  std::string fingerprint_;
};

/// The SHA-256 fingerprint of a certificate, upper case.
std::string fingerprint_of(const x509_st& certificate);

/// Compares two SHA-256 fingerprints, without regard to case and in constant time. False if either
/// is not one: the fingerprints of other hash functions are shorter or longer.
bool same_fingerprint(std::string_view a, std::string_view b);

}  // namespace dering::dtls
