// SPDX-License-Identifier: Apache-2.0
#include "identity/token.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

using boost::json::object;

constexpr std::size_t longest_subject = 255;
constexpr std::size_t most_roles = 64;

/// The header of a token that has passed all checks on its form.
struct Header {
  Algorithm algorithm;
  std::string kid;
};

std::optional<Algorithm> algorithm_named(std::string_view name) {
  if (name == "ES256") return Algorithm::es256;
  if (name == "RS256") return Algorithm::rs256;
  if (name == "PS256") return Algorithm::ps256;
  return std::nullopt;
}

/// The three parts of a compact JWS, decoded; each strict base64url and none empty.
std::optional<std::array<std::string, 3>> parts_of(std::string_view token) {
  if (std::ranges::count(token, '.') != 2) return std::nullopt;
  std::array<std::string, 3> parts;
  for (std::string& part : parts) {
    auto decoded = from_base64url(take_until(token, '.'));
    if (!decoded || decoded->empty()) return std::nullopt;
    part = *std::move(decoded);
  }
  return parts;
}

std::expected<Header, TokenFault> checked_header(std::string_view text) {
  const auto header = json_object(text);
  if (!header) return std::unexpected(TokenFault::bad_header);
  const auto algorithm = algorithm_named(string_in(*header, "alg").value_or(""));
  if (!algorithm) return std::unexpected(TokenFault::algorithm_not_allowed);
  // Extensions we do not know, and keys that the sender would like us to use.
  for (const std::string_view name : {"crit", "jku", "jwk", "x5u", "x5c", "zip", "b64"}) {
    if (header->contains(name)) return std::unexpected(TokenFault::critical_extension);
  }
  const std::string_view type = string_in(*header, "typ").value_or("");
  const bool is_access_token = equals_ignoring_case(type, "at+jwt") ||
                               equals_ignoring_case(type, "application/at+jwt") ||
                               equals_ignoring_case(type, "JWT");
  if (!is_access_token) return std::unexpected(TokenFault::wrong_type);
  return Header{*algorithm, std::string(string_in(*header, "kid").value_or(""))};
}

/// `aud` is one string or a list of them (RFC 7519 §4.1.3).
bool audience_includes(const object& claims, std::string_view wanted) {
  const boost::json::value* audience = claims.if_contains("aud");
  if (!audience) return false;
  if (audience->is_string()) return std::string_view(audience->get_string()) == wanted;
  if (!audience->is_array()) return false;
  return std::ranges::any_of(audience->get_array(), [&](const boost::json::value& one) {
    return one.is_string() && std::string_view(one.get_string()) == wanted;
  });
}

/// Whom the token was given to: Keycloak says `azp`, RFC 9068 `client_id`. One must be there, and
/// what is there must be allowed.
bool client_is_allowed(const object& claims, const std::vector<std::string>& clients) {
  bool is_named = false;
  for (const std::string_view name : {"azp", "client_id"}) {
    if (!claims.contains(name)) continue;
    const auto client = string_in(claims, name);
    if (!client || std::ranges::find(clients, *client) == clients.end()) return false;
    is_named = true;
  }
  return is_named;
}

std::optional<TokenFault> fault_in_time(const object& claims, UnixSeconds now,
                                        std::chrono::seconds leeway) {
  const auto expiry = integer_in(claims, "exp");
  if (!expiry || *expiry < 0) return TokenFault::expired;
  if (now.count() - leeway.count() >= *expiry) return TokenFault::expired;
  for (const std::string_view name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const auto from = integer_in(claims, name);
    if (!from || *from > now.count() + leeway.count()) return TokenFault::not_yet_valid;
  }
  return std::nullopt;
}

void append_roles(const object* holder, std::vector<std::string>& roles) {
  const boost::json::value* list = holder ? holder->if_contains("roles") : nullptr;
  if (!list || !list->is_array()) return;
  for (const boost::json::value& role : list->get_array()) {
    if (role.is_string() && roles.size() < most_roles) roles.emplace_back(role.get_string());
  }
}

const object* object_in(const object* holder, std::string_view name) {
  const boost::json::value* value = holder ? holder->if_contains(name) : nullptr;
  return value ? value->if_object() : nullptr;
}

/// Our own tokens and RFC 9068 put roles at the top; Keycloak below the audience or the realm.
std::vector<std::string> roles_in(const object& claims, std::string_view audience) {
  std::vector<std::string> roles;
  append_roles(&claims, roles);
  append_roles(object_in(object_in(&claims, "resource_access"), audience), roles);
  append_roles(object_in(&claims, "realm_access"), roles);
  return roles;
}

std::expected<TokenClaims, TokenFault> checked_claims(const object& claims, const Issuer& issuer,
                                                      UnixSeconds now,
                                                      std::chrono::seconds leeway) {
  if (!audience_includes(claims, issuer.audience)) {
    return std::unexpected(TokenFault::wrong_audience);
  }
  if (!client_is_allowed(claims, issuer.clients)) return std::unexpected(TokenFault::wrong_client);
  if (const auto fault = fault_in_time(claims, now, leeway)) return std::unexpected(*fault);
  const auto subject = string_in(claims, "sub");
  if (!subject || subject->empty() || subject->size() > longest_subject ||
      subject->find('\0') != std::string_view::npos) {
    return std::unexpected(TokenFault::bad_claims);
  }
  TokenClaims good;
  good.issuer = issuer.name;
  good.subject = *subject;
  good.username = string_in(claims, "preferred_username").value_or("");
  good.display_name = string_in(claims, "name").value_or("");
  good.roles = roles_in(claims, issuer.audience);
  good.expires_at = *integer_in(claims, "exp");
  return good;
}

}  // namespace

std::string_view name_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::too_long:
      return "too long";
    case TokenFault::not_a_jws:
      return "not three base64url parts";
    case TokenFault::bad_header:
      return "header is not a JSON object";
    case TokenFault::algorithm_not_allowed:
      return "algorithm not allowed";
    case TokenFault::critical_extension:
      return "header member not allowed";
    case TokenFault::wrong_type:
      return "not an access token";
    case TokenFault::bad_claims:
      return "claims are not well formed";
    case TokenFault::unknown_issuer:
      return "unknown issuer";
    case TokenFault::unknown_key:
      return "unknown key";
    case TokenFault::bad_signature:
      return "bad signature";
    case TokenFault::wrong_audience:
      return "meant for another audience";
    case TokenFault::wrong_client:
      return "given to another client";
    case TokenFault::expired:
      return "expired";
    case TokenFault::not_yet_valid:
      return "not valid yet";
  }
  return "unknown fault";
}

TokenVerifier::TokenVerifier(std::vector<Issuer> issuers, TokenLimits limits)
    : issuers_(std::move(issuers)), limits_(limits) {
  for (const Issuer& issuer : issuers_) DERING_CHECK(issuer.keys);
}

std::expected<TokenClaims, TokenFault> TokenVerifier::verify(std::string_view token,
                                                             UnixSeconds now) {
  if (token.size() > limits_.token_bytes) return std::unexpected(TokenFault::too_long);
  const std::string hash = sha256(token);
  if (const auto known = verdicts_.find(hash); known != verdicts_.end()) {
    const bool has_expired = now - limits_.leeway >= UnixSeconds(known->second.expires_at);
    if (has_expired) return std::unexpected(TokenFault::expired);
    return known->second;
  }
  auto verdict = verify_anew(token, now);
  if (verdict) remember(hash, *verdict);
  return verdict;
}

std::expected<TokenClaims, TokenFault> TokenVerifier::verify_anew(std::string_view token,
                                                                  UnixSeconds now) const {
  const auto parts = parts_of(token);
  if (!parts) return std::unexpected(TokenFault::not_a_jws);
  const auto header = checked_header(parts->at(0));
  if (!header) return std::unexpected(header.error());

  // Only `iss` is read before the signature is checked: it says whose keys to check it with.
  const auto claims = json_object(parts->at(1));
  if (!claims) return std::unexpected(TokenFault::bad_claims);
  // Keycloak marks its tokens in the payload: ID, Refresh and Logout tokens are no access tokens.
  if (claims->contains("typ") && string_in(*claims, "typ") != "Bearer") {
    return std::unexpected(TokenFault::wrong_type);
  }
  const Issuer* vouching = issuer(string_in(*claims, "iss").value_or(""));
  if (!vouching) return std::unexpected(TokenFault::unknown_issuer);
  if (!vouching->keys->has(header->kid, header->algorithm)) {
    return std::unexpected(TokenFault::unknown_key);
  }
  if (vouching->keys->signed_by(header->kid, header->algorithm, token) != parts->at(1)) {
    return std::unexpected(TokenFault::bad_signature);
  }
  return checked_claims(*claims, *vouching, now, limits_.leeway);
}

const Issuer* TokenVerifier::issuer(std::string_view url) const {
  const auto found = std::ranges::find(issuers_, url, &Issuer::url);
  return found == issuers_.end() ? nullptr : &*found;
}

void TokenVerifier::remember(const std::string& hash, const TokenClaims& claims) {
  if (limits_.cached_verdicts == 0) return;
  if (verdicts_.size() >= limits_.cached_verdicts) {
    verdicts_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  verdicts_.emplace(hash, claims);
  oldest_first_.push_back(hash);
}

void TokenVerifier::replace_keys(std::string_view issuer_url, std::shared_ptr<const KeySet> keys) {
  DERING_CHECK(keys);
  for (Issuer& issuer : issuers_) {
    if (issuer.url == issuer_url) issuer.keys = keys;
  }
  verdicts_.clear();
  oldest_first_.clear();
}

}  // namespace dering::identity
