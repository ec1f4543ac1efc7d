// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <expected>
#include <string>

#include "base/instant.h"
#include "identity/issuer.h"
#include "identity/token_fault.h"
#include "identity/verdict.h"

// For .cpp files only: Boost.JSON is slow to compile.
namespace dering::identity {

/// When claims are judged, and how strictly.
struct ClaimTime {
  UnixSeconds now;
  std::chrono::seconds leeway;        ///< by how much the issuer's clock may differ
  std::chrono::seconds longest_life;  ///< from `iat` on, whatever `exp` says
};

/// The claims of an access token whose signature is good: RFC 9068 §2.2, and Keycloak's.
std::expected<TokenClaims, TokenFault> access_claims(const boost::json::object& claims,
                                                     const Issuer& issuer, const ClaimTime& time);

/// Those of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6), but for the replay.
struct LogoutToken {
  LogoutClaims claims;
  std::string id;  ///< `jti`
};
std::expected<LogoutToken, TokenFault> logout_claims(const boost::json::object& claims,
                                                     const Issuer& issuer, const ClaimTime& time);

}  // namespace dering::identity
