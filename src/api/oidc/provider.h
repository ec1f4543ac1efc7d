// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/exchange.h"
#include "api/form.h"
#include "api/logout.h"
#include "api/oidc/expiring_table.h"
#include "api/oidc/session_cookie.h"
#include "api/oidc/sign_in_desk.h"
#include "api/oidc/token_maker.h"
#include "api/refusal_api.h"
#include "api/settings.h"
#include "api/surroundings.h"
#include "base/budgets.h"
#include "base/log_gate.h"
#include "base/random.h"
#include "directory/records.h"
#include "identity/keys.h"

namespace dering::api::oidc {

/// The built-in OpenID provider, for a first start and for sites without one: authorization code
/// flow with PKCE (RFC 6749, 7636, 9700; OpenID Connect Core) for one public client, the phone, on
/// the same origin. Who is signed in lives in the page and its refresh token; while a tab has one,
/// a cookie spares other tabs of its browser the password. Worker thread.
class Provider {
 public:
  /// The parts of the API that it works with; they outlive it.
  struct Beside {
    const Settings& settings;
    const Outlets& outlets;
    Logout& logout;
    RefusalApi& refusals;
  };
  Provider(const Surroundings& around, const Beside& beside);

  Answer discovery(const Exchange& exchange) const;
  Answer keys() const;
  SignInDesk& desk() { return desk_; }
  Answer token(const Exchange& exchange);
  Answer end_session(const Exchange& exchange);
  Answer user_info(const Exchange& exchange) const;

  void on_time(UnixSeconds now);

 private:
  /// A code that was given out. It stays after its use, to notice a second one.
  struct Grant {
    AuthorizationRequest request;
    Session session;
    bool is_redeemed = false;
  };

  net::HttpResponse code_for(const AuthorizationRequest& request, const Session& session,
                             UnixSeconds now);
  Answer redeem_code(const Exchange& exchange, const Form& form);
  Answer refresh(const Exchange& exchange, const Form& form);
  Answer tokens_for(const Exchange& exchange, const Session& session, const std::string& nonce);
  void revoke(const std::string& family, UnixSeconds now);
  net::HttpResponse store_failure(std::string_view what, const std::string& reason,
                                  UnixSeconds now);

  const Organisation& organisation_;
  directory::Records& records_;
  Logout& logout_;
  const identity::SigningKey& key_;
  const identity::KeySet public_keys_;
  Random& random_;
  SessionCookies sessions_;
  SignInDesk desk_;
  Budgets refreshes_;  ///< by family
  /// Filled by right passwords alone.
  ExpiringTable<std::string, Grant> codes_{10'000, std::chrono::seconds(60)};
  UnixSeconds next_sweep_{};
  LogGate store_line_;
  LogGate replay_line_;
  LogGate sign_out_line_;
};

}  // namespace dering::api::oidc
