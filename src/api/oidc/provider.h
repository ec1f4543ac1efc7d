// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/exchange.h"
#include "api/form.h"
#include "api/logout.h"
#include "api/oidc/expiring_table.h"
#include "api/oidc/password_throttle.h"
#include "api/oidc/sign_in_page.h"
#include "api/oidc/token_maker.h"
#include "base/random.h"
#include "directory/records.h"
#include "identity/keys.h"

namespace dering::api::oidc {

/// The built-in OpenID provider, for a first start and for sites without one: authorization code
/// flow with PKCE (RFC 6749, 7636, 9700; OpenID Connect Core) for one public client, the phone, on
/// the same origin. No cookie: who is signed in lives in the page and its refresh token. Worker
/// thread.
class Provider {
 public:
  Provider(directory::Records& records, const identity::SigningKey& key, Random& random,
           Logout& logout);

  Answer discovery(const Exchange& exchange) const;
  Answer keys() const;
  Answer authorize(const Exchange& exchange);  ///< GET: shows the form
  Answer sign_in(const Exchange& exchange);    ///< POST: takes the form
  Answer token(const Exchange& exchange);
  Answer end_session(const Exchange& exchange);
  Answer user_info(const Exchange& exchange) const;

  void on_time(UnixSeconds now);

 private:
  /// What the phone asked for, once it has been found good.
  struct Request {
    std::string issuer;
    std::string redirect_uri;
    std::string state;
    std::string nonce;
    std::string challenge;  ///< PKCE, S256
    Language language = Language::english;
  };
  /// A code that was given out. It stays after its use, to notice a second one.
  struct Grant {
    Request request;
    directory::UserId user;
    std::string family;
    std::int64_t signed_in_at = 0;
    bool is_redeemed = false;
  };

  net::HttpResponse form_for(Request request, SignInForm form, UnixSeconds now);
  Answer password_checked(const Exchange& exchange, Request request, const Form& form);
  net::HttpResponse code_for(const Request& request, directory::UserId user, UnixSeconds now);
  Answer redeem_code(const Exchange& exchange, const Form& form);
  Answer refresh(const Exchange& exchange, const Form& form);
  Answer tokens_for(SignIn sign_in, UnixSeconds now);
  void revoke(const std::string& family, UnixSeconds now);

  directory::Records& records_;
  Logout& logout_;
  const identity::SigningKey& key_;
  const identity::KeySet public_keys_;
  Random& random_;
  PasswordThrottle throttle_;
  ExpiringTable<std::string, Request> tickets_{10'000, std::chrono::minutes(15)};
  ExpiringTable<std::string, Grant> codes_{10'000, std::chrono::seconds(60)};
  UnixSeconds next_sweep_{};
};

}  // namespace dering::api::oidc
