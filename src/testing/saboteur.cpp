// SPDX-License-Identifier: Apache-2.0
#include "testing/saboteur.h"

namespace dering::testing {

/// Under the name of a request that nobody ever sends, so that nothing but its room is taken.
Saboteur::ForgottenEntry Saboteur::forget_entry() {
  const sip::ClientTransactionId nobodys{~forgotten_++};
  return switchboard_.calls_.legs().sip.requests.enter(nobodys, ua::LegId{1});
}

}  // namespace dering::testing
