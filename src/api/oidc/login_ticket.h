// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/oidc/sign_in_page.h"
#include "base/instant.h"
#include "base/random.h"
#include "identity/sealed_box.h"

namespace dering::api::oidc {

/// What the phone asked for, once it has been found good.
struct AuthorizationRequest {
  std::string issuer;
  std::string redirect_uri;
  std::string state;
  std::string nonce;
  std::string challenge;  ///< PKCE, S256
  Language language = Language::english;
};

/// What an open sign-in form carries in place of a place in a table: the authorization request,
/// sealed, bound to the browser by a cookie, good for a quarter of an hour. Worker thread.
class LoginTickets {
 public:
  static constexpr std::chrono::minutes lifetime{15};

  explicit LoginTickets(Random& random) : box_(random) {}

  std::string seal(const AuthorizationRequest& request, std::string_view cookie,
                   UnixSeconds now) const;
  std::optional<AuthorizationRequest> open(std::string_view ticket, std::string_view cookie,
                                           UnixSeconds now) const;

 private:
  identity::SealedBox box_;
};

}  // namespace dering::api::oidc
