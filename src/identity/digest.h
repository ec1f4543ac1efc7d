// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "base/random.h"
#include "base/socket_address.h"

typedef struct evp_mac_ctx_st EVP_MAC_CTX;

namespace dering::identity {

/// Digest access authentication (RFC 7616, for SIP RFC 8760), always with qop="auth".
enum class DigestAlgorithm : std::uint8_t { sha256, md5 };
std::string_view name_of(DigestAlgorithm algorithm);  ///< "SHA-256", "MD5"

/// H(username:realm:password) in hexadecimal: what is kept of a device's password.
std::string digest_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                       std::string_view password);

/// The parameters of an Authorization header field, quotes removed. Absent ones are empty.
struct DigestCredentials {
  std::string_view username;
  std::string_view realm;
  std::string_view nonce;
  std::string_view uri;
  std::string_view response;
  std::string_view algorithm;
  std::string_view qop;
  std::string_view cnonce;
  std::string_view nc;
};

/// What the response must be (RFC 7616 §3.4.1), in hexadecimal.
std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1,
                            std::string_view method, const DigestCredentials& credentials);

/// What a device signs in with.
struct DigestSecret {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::string_view ha1;  ///< empty: no such device; costs and answers the same as a wrong password
};

enum class DigestVerdict : std::uint8_t {
  right,
  stale,     ///< the password is right, but the nonce too old or used before
  wrong,     ///< proven to come from its source address, and wrong
  unproven,  ///< not a nonce of ours for this source: says nothing about anybody
};

/// Makes challenges and judges their answers. A nonce is time ‖ count ‖ HMAC(key, time, count,
/// realm, source IP), so that a challenge leaves no state; only answers that were right are
/// remembered, by nonce and device, until the nonce is too old. One thread.
class DigestGate {
 public:
  static constexpr Duration nonce_lifetime = std::chrono::seconds(60);

  /// At most `max_used_nonces` right answers per nonce_lifetime; past it they are stale.
  DigestGate(std::string realm, Random& random, std::size_t max_used_nonces = 262'144);
  ~DigestGate();

  const std::string& realm() const { return realm_; }

  /// The value of WWW-Authenticate.
  std::string challenge(DigestAlgorithm algorithm, const SocketAddress& source, bool stale,
                        Instant now);
  /// Judges credentials that are complete and of our realm; see is_complete().
  DigestVerdict judge(const DigestCredentials& credentials, const DigestSecret& secret,
                      std::string_view method, const SocketAddress& source, Instant now);
  /// All parameters are there, for this realm and qop=auth.
  bool is_complete(const DigestCredentials& credentials) const;

  std::size_t used_nonce_count() const { return used_.size() + used_before_.size(); }

 private:
  struct Nonce {
    std::uint64_t time = 0;
    std::uint32_t count = 0;
  };
  std::string mac(Nonce nonce, const SocketAddress& source);
  std::string write(Nonce nonce, const SocketAddress& source);
  /// When the nonce was made; nothing if it is not ours for this source.
  std::optional<Instant> made_at(std::string_view nonce, const SocketAddress& source);
  /// False if this nonce was used with such a count before (RFC 7616 §3.4, nc).
  bool use(const DigestCredentials& credentials, Instant now);
  void forget_old(Instant now);

  struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const;
  };
  /// Highest nc by hash of nonce and device. Nonces are not the peer's choice, so the hash needs no
  /// key of its own.
  using Used = std::unordered_map<std::size_t, std::uint32_t>;

  std::string realm_;
  std::size_t max_used_nonces_;
  std::unique_ptr<EVP_MAC_CTX, FreeMac> hmac_;
  std::array<std::string, 2> ha1_of_nobody_;
  std::uint32_t challenge_count_ = 0;
  Used used_;         ///< since used_since_
  Used used_before_;  ///< in the nonce_lifetime before it
  Instant used_since_{};
};

}  // namespace dering::identity
