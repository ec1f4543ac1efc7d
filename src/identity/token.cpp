// SPDX-License-Identifier: Apache-2.0
#include "identity/token.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "identity/claims.h"
#include "identity/compact_jws.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

/// RFC 9068 §2.1 for the header; Keycloak marks its tokens in the payload as well: those of types
/// ID, Refresh and Logout are no access tokens.
bool is_access_token(const CompactJws& jws) {
  const bool is_typed = equals_ignoring_case(jws.type, "at+jwt") ||
                        equals_ignoring_case(jws.type, "application/at+jwt") ||
                        equals_ignoring_case(jws.type, "JWT");
  return is_typed && (!jws.claims.contains("typ") || string_in(jws.claims, "typ") == "Bearer");
}

/// OpenID Connect Back-Channel Logout 1.0 §2.4: `logout+jwt` is recommended, not required.
bool is_logout_token(const CompactJws& jws) {
  const bool is_typed = jws.type.empty() || equals_ignoring_case(jws.type, "logout+jwt") ||
                        equals_ignoring_case(jws.type, "application/logout+jwt") ||
                        equals_ignoring_case(jws.type, "JWT");
  return is_typed && (!jws.claims.contains("typ") || string_in(jws.claims, "typ") == "Logout");
}

}  // namespace

TokenVerifier::TokenVerifier(std::vector<Issuer> issuers, TokenLimits limits)
    : issuers_(std::move(issuers)), limits_(limits), seen_logouts_(limits.seen_logouts) {
  for (const Issuer& issuer : issuers_) {
    DERING_CHECK(issuer.keys);
    sign_outs_.try_emplace(issuer.name, limits_.sign_outs, limits_.longest_life + limits_.leeway);
  }
}

std::expected<TokenClaims, TokenFault> TokenVerifier::verify(std::string_view token,
                                                             UnixSeconds now) {
  if (token.size() > limits_.token_bytes) return std::unexpected(TokenFault::too_long);
  const std::string hash = sha256(token);
  if (const auto known = verdicts_.find(hash); known != verdicts_.end()) {
    const TokenClaims& claims = known->second.claims;
    const bool has_expired = now - limits_.leeway >= UnixSeconds(claims.expires_at);
    if (has_expired) return std::unexpected(TokenFault::expired);
    if (is_signed_out(claims)) return std::unexpected(TokenFault::signed_out);
    return claims;
  }
  auto verdict = verify_anew(token, now);
  if (!verdict) return std::unexpected(verdict.error());
  if (is_signed_out(verdict->claims)) return std::unexpected(TokenFault::signed_out);
  remember(hash, *verdict);
  return std::move(verdict->claims);
}

bool TokenVerifier::remembers(std::string_view token) const {
  return token.size() <= limits_.token_bytes && verdicts_.contains(sha256(token));
}

std::expected<TokenVerifier::Verdict, TokenFault> TokenVerifier::verify_anew(
    std::string_view token, UnixSeconds now) const {
  const auto jws = read_compact_jws(token);
  if (!jws) return std::unexpected(jws.error());
  if (!is_access_token(*jws)) return std::unexpected(TokenFault::wrong_type);
  const auto issuer = vouching(*jws, token);
  if (!issuer) return std::unexpected(issuer.error());
  auto claims = access_claims(jws->claims, **issuer, {now, limits_.leeway, limits_.longest_life});
  if (!claims) return std::unexpected(claims.error());
  return Verdict{*issuer, *std::move(claims)};
}

std::expected<LogoutClaims, TokenFault> TokenVerifier::verify_logout(std::string_view token,
                                                                     UnixSeconds now) {
  if (token.size() > limits_.token_bytes) return std::unexpected(TokenFault::too_long);
  const auto jws = read_compact_jws(token);
  if (!jws) return std::unexpected(jws.error());
  if (!is_logout_token(*jws)) return std::unexpected(TokenFault::wrong_type);
  const auto issuer = vouching(*jws, token);
  if (!issuer) return std::unexpected(issuer.error());
  auto logout = logout_claims(jws->claims, **issuer, {now, limits_.leeway, limits_.logout_life});
  if (!logout) return std::unexpected(logout.error());
  // By then it is too old anyway; two leeways, because its `iat` may lie one ahead of our clock.
  const UnixSeconds until = now + limits_.logout_life + 2 * limits_.leeway;
  if (!seen_logouts_.add((*issuer)->url + ' ' + logout->id, now, until)) {
    return std::unexpected(TokenFault::replayed);
  }
  return std::move(logout->claims);
}

std::expected<const Issuer*, TokenFault> TokenVerifier::vouching(const CompactJws& jws,
                                                                 std::string_view token) const {
  // Only `iss` is read before the signature is checked: it says whose keys to check it with.
  const Issuer* issuer = this->issuer(string_in(jws.claims, "iss").value_or(""));
  if (!issuer) return std::unexpected(TokenFault::unknown_issuer);
  if (!issuer->keys->has(jws.kid, jws.algorithm)) return std::unexpected(TokenFault::unknown_key);
  if (issuer->keys->signed_by(jws.kid, jws.algorithm, token) != jws.payload) {
    return std::unexpected(TokenFault::bad_signature);
  }
  return issuer;
}

const Issuer* TokenVerifier::issuer(std::string_view url) const {
  const auto found = std::ranges::find(issuers_, url, &Issuer::url);
  return found == issuers_.end() ? nullptr : &*found;
}

void TokenVerifier::sign_out(const LogoutClaims& logout, UnixSeconds now) {
  const auto found = sign_outs_.find(logout.issuer);
  if (found != sign_outs_.end()) found->second.add(logout, now);
}

bool TokenVerifier::is_signed_out(const TokenClaims& claims) const {
  return sign_outs_.at(claims.issuer).cover(claims);
}

void TokenVerifier::remember(const std::string& hash, const Verdict& verdict) {
  if (limits_.cached_verdicts == 0) return;
  if (verdicts_.size() >= limits_.cached_verdicts) {
    verdicts_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  verdicts_.emplace(hash, verdict);
  oldest_first_.push_back(hash);
}

void TokenVerifier::replace_keys(std::string_view issuer_url, std::shared_ptr<const KeySet> keys) {
  DERING_CHECK(keys);
  for (Issuer& issuer : issuers_) {
    if (issuer.url != issuer_url) continue;
    const bool is_same = *issuer.keys == *keys;
    issuer.keys = keys;
    if (is_same) continue;
    std::erase_if(verdicts_, [&](const auto& one) { return one.second.issuer == &issuer; });
  }
  std::erase_if(oldest_first_, [&](const std::string& hash) { return !verdicts_.contains(hash); });
}

std::optional<std::string> TokenVerifier::issuer_lacking_key(std::string_view token) const {
  if (token.size() > limits_.token_bytes) return std::nullopt;
  const auto jws = read_compact_jws(token);
  if (!jws || jws->kid.empty()) return std::nullopt;
  const Issuer* issuer = this->issuer(string_in(jws->claims, "iss").value_or(""));
  if (!issuer || issuer->is_built_in()) return std::nullopt;
  if (issuer->keys->has(jws->kid, jws->algorithm)) return std::nullopt;
  return issuer->url;
}

}  // namespace dering::identity
