// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/instant.h"
#include "identity/token.h"
#include "identity/verdict.h"
#include "net/http_message.h"

namespace dering::api {

struct NoToken {};
/// What came of the token that a request shows. Signatures cost CPU that strangers can ask for, so
/// they are checked before a request comes to the API, on a thread of their own.
using ShownToken =
    std::variant<NoToken, identity::TokenClaims, identity::LogoutClaims, identity::TokenFault>;

inline constexpr std::string_view backchannel_path = "/oidc/backchannel-logout";

/// The bearer token of a request (RFC 6750 §2.1), in the one field Authorization. Never one in a
/// URL, where logs would keep it.
std::optional<std::string_view> bearer_token(const net::HttpRequest& request);

/// The token that decides on a request: the bearer's, or the logout token that an issuer's server
/// sends. Empty if there is none.
std::string token_in(const net::HttpRequest& request);

/// Judges `token`, which is what token_in() gave. On the verifier's thread.
ShownToken judged(identity::TokenVerifier& verifier, const net::HttpRequest& request,
                  std::string_view token, UnixSeconds now);

}  // namespace dering::api
