// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "identity/keys.h"
#include "identity/verdict.h"

namespace dering::identity {

/// Why a token is refused, in the order of the checks. For logs and tests: who sent it never
/// learns more than "no".
enum class TokenFault : std::uint8_t {
  too_long,
  not_a_jws,
  bad_header,
  algorithm_not_allowed,
  critical_extension,
  wrong_type,
  bad_claims,
  unknown_issuer,
  unknown_key,
  bad_signature,
  wrong_audience,
  wrong_client,
  expired,
  not_yet_valid,
};
std::string_view name_of(TokenFault fault);

/// One party whose access tokens are believed, and for whom.
struct Issuer {
  std::string url;   ///< must equal `iss` byte for byte
  std::string name;  ///< TokenClaims::issuer: empty for the built-in provider, else the url
  std::string audience = "dering";     ///< must be in `aud`
  std::vector<std::string> clients;    ///< `azp` or `client_id` must be one of them
  std::shared_ptr<const KeySet> keys;  ///< what vouches for its signatures; never null
};

struct TokenLimits {
  std::size_t token_bytes = 8 * 1024;
  std::size_t cached_verdicts = 4'096;
  std::chrono::seconds leeway{30};  ///< by how much the issuer's clock may differ
};

/// Decides which access tokens (RFC 9068, and Keycloak's) are good, and remembers good ones until
/// they expire, because a phone shows the same token many times. The wall clock is an input.
/// Worker thread.
class TokenVerifier {
 public:
  explicit TokenVerifier(std::vector<Issuer> issuers, TokenLimits limits = {});

  std::expected<TokenClaims, TokenFault> verify(std::string_view token, UnixSeconds now);

  /// New keys of an issuer that is already known; forgets all remembered verdicts.
  void replace_keys(std::string_view issuer_url, std::shared_ptr<const KeySet> keys);

  std::size_t remembered() const { return verdicts_.size(); }

 private:
  std::expected<TokenClaims, TokenFault> verify_anew(std::string_view token, UnixSeconds now) const;
  const Issuer* issuer(std::string_view url) const;
  void remember(const std::string& hash, const TokenClaims& claims);

  std::vector<Issuer> issuers_;
  TokenLimits limits_;
  std::unordered_map<std::string, TokenClaims> verdicts_;  ///< by SHA-256 of the token
  std::deque<std::string> oldest_first_;                   ///< the keys of verdicts_
};

}  // namespace dering::identity
