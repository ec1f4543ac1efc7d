// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "identity/issuer.h"
#include "identity/keys.h"
#include "identity/sign_outs.h"
#include "identity/token_fault.h"
#include "identity/verdict.h"

namespace dering::identity {

struct CompactJws;

struct TokenLimits {
  std::size_t token_bytes = 8 * 1024;
  std::size_t cached_verdicts = 32'768;
  std::size_t sign_outs = 16'384;       ///< remembered at one issuer
  std::size_t seen_logouts = 16'384;    ///< logout tokens remembered against replay
  std::chrono::seconds leeway{30};      ///< by how much the issuer's clock may differ
  std::chrono::hours longest_life{24};  ///< of an access token from its `iat` on
  std::chrono::minutes logout_life{5};  ///< of a logout token from its `iat` on
};

/// Decides which access tokens (RFC 9068, and Keycloak's) and logout tokens (OpenID Connect
/// Back-Channel Logout 1.0) are good. Remembers good access tokens until they expire, because a
/// phone shows the same one many times, and who has signed out. The wall clock is an input.
/// Worker thread.
class TokenVerifier {
 public:
  explicit TokenVerifier(std::vector<Issuer> issuers, TokenLimits limits = {});
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;

  std::expected<TokenClaims, TokenFault> verify(std::string_view token, UnixSeconds now);

  /// Whether that token was found good before and is remembered: verify() costs no signature.
  bool remembers(std::string_view token) const;

  /// Good once: the same token is refused the second time.
  std::expected<LogoutClaims, TokenFault> verify_logout(std::string_view token, UnixSeconds now);
  /// From now on tokens of that sid are refused, and tokens of that subject issued before the
  /// sign-out.
  void sign_out(const LogoutClaims& logout, UnixSeconds now);

  /// New keys of an issuer that is already known. If they differ from the old ones, the verdicts
  /// on tokens of that issuer are forgotten: a key that went takes its tokens along.
  void replace_keys(std::string_view issuer_url, std::shared_ptr<const KeySet> keys);

  /// The url of the issuer, if we know it, whose keys lack the one that this token names: worth
  /// fetching them anew. Never the built-in provider. Nothing of the token is checked but its form.
  std::optional<std::string> issuer_lacking_key(std::string_view token) const;

  std::size_t remembered() const { return verdicts_.size(); }

 private:
  struct Verdict {
    const Issuer* issuer;
    TokenClaims claims;
  };
  std::expected<const Issuer*, TokenFault> vouching(const CompactJws& jws,
                                                    std::string_view token) const;
  std::expected<Verdict, TokenFault> verify_anew(std::string_view token, UnixSeconds now) const;
  const Issuer* issuer(std::string_view url) const;
  bool is_signed_out(const TokenClaims& claims) const;
  void remember(const std::string& hash, const Verdict& verdict);

  std::vector<Issuer> issuers_;
  TokenLimits limits_;
  std::unordered_map<std::string, Verdict> verdicts_;    ///< by SHA-256 of the token
  std::deque<std::string> oldest_first_;                 ///< the keys of verdicts_
  std::unordered_map<std::string, SignOuts> sign_outs_;  ///< by Issuer::name
  SeenTokens seen_logouts_;
};

}  // namespace dering::identity
