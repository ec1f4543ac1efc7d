// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/allowance.h"
#include "api/event_hub.h"
#include "api/exchange.h"
#include "api/outlets.h"
#include "identity/token.h"

namespace dering::api {

/// Ends sign-ins everywhere: their tokens, their event streams and, through the outlet, their flows
/// and bindings. Worker thread.
class Logout {
 public:
  Logout(identity::TokenVerifier& verifier, EventHub& hub, const Outlets& outlets, Random& random);

  /// Does nothing if the claims name neither person nor sign-in.
  void end(const identity::LogoutClaims& claims, UnixSeconds now);

  /// OpenID Connect Back-Channel Logout 1.0 §2.5. Comes from the issuer's server, not from a
  /// browser. Who sends a minute's worth of bad tokens is not listened to for that minute.
  Answer back_channel(const Exchange& exchange);

 private:
  identity::TokenVerifier& verifier_;
  EventHub& hub_;
  const Outlets& outlets_;
  Allowance bad_tokens_;
};

}  // namespace dering::api
