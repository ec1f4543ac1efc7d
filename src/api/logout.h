// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/exchange.h"
#include "api/outlets.h"
#include "base/budgets.h"
#include "base/random.h"

namespace dering::api {

/// Ends sign-ins everywhere: the outlet carries it to whoever judges tokens, and from there to
/// event streams, flows and bindings. Worker thread.
class Logout {
 public:
  Logout(const Outlets& outlets, Random& random);

  /// Does nothing if the claims name neither person nor sign-in.
  void end(const identity::LogoutClaims& claims);

  /// OpenID Connect Back-Channel Logout 1.0 §2.5. Comes from the issuer's server, not from a
  /// browser. Who sends many bad tokens is told to wait; a good one always counts.
  Answer back_channel(const Exchange& exchange);

 private:
  const Outlets& outlets_;
  Budgets bad_tokens_;
};

}  // namespace dering::api
