// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/access.h"
#include "api/event_hub.h"
#include "api/exchange.h"
#include "api/oidc/expiring_table.h"
#include "api/outlets.h"
#include "base/keyed_hash.h"
#include "base/log_gate.h"
#include "identity/token_fault.h"
#include "identity/verdict.h"
#include "refusal/refusal.h"

namespace dering::api {

/// Who asks through the admin socket: nobody of the directory.
const directory::User& administrator_of_this_machine();
/// "siti (1001) from 192.0.2.7", for a line of the log.
std::string who_asks(const Exchange& exchange);

/// Whose affairs are meant: of whom that extension is, one's own if it is empty. Null if there is
/// no such one, or it is somebody else's and whoever asks is no administrator.
const directory::User* owner_at(const Exchange& exchange, std::string_view extension);

/// Finds out who asks, and whether the rule of the route lets them. The only place that decides on
/// it, whatever the transport. Worker thread.
class Gate {
 public:
  Gate(EventHub& hub, const Outlets& outlets, Random& random)
      : hub_(hub), outlets_(outlets), hash_(random) {}

  /// Fills in who asks. What to answer if they may not; nothing if they may.
  Answer refusal(Access access, Exchange& exchange);
  /// Why the last one was refused, other than for having shown no token; asked for once.
  struct Refused {
    refusal::Reason reason;
    std::string name;            ///< of the token, if that was good
    std::string_view note = {};  ///< what exactly is wrong with the token
  };
  std::optional<Refused> take_refused() { return std::exchange(refused_, std::nullopt); }

 private:
  /// The same for somebody whose token is good: finds or makes their place in the directory.
  Answer stranger_refused(Exchange& exchange);
  bool is_known_well(const Exchange& exchange);

  EventHub& hub_;
  const Outlets& outlets_;
  KeyedHash hash_;
  LogGate no_place_line_;
  std::optional<Refused> refused_;
  /// Whose names were compared a short while ago: a token that calls somebody what the directory
  /// can't call them must not make it look at each request.
  oidc::ExpiringTable<Fingerprint, bool> compared_{10'000, std::chrono::minutes(5)};
};

}  // namespace dering::api
