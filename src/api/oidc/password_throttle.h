// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/oidc/expiring_table.h"
#include "base/budgets.h"
#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::api::oidc {

/// Slows down who guesses passwords. Five wrong ones for one name from one address, then one try
/// each half minute; and twenty from one address whatever names it types, then one each ten
/// seconds. The same name from elsewhere is not affected, so that nobody can be locked out from
/// afar; and who has signed in from an address before is not held to what neighbours do there.
/// Names that nobody has are counted like others. Worker thread.
class PasswordThrottle {
 public:
  explicit PasswordThrottle(Random& random);

  /// How long this name has to wait from there; nothing when it may try.
  std::optional<Duration> wait(std::string_view username, const SocketAddress& peer,
                               UnixSeconds now);
  void on_failure(std::string_view username, const SocketAddress& peer, UnixSeconds now);
  void on_success(std::string_view username, const SocketAddress& peer, UnixSeconds now);
  /// Whether that name has signed in from there.
  bool is_known(std::string_view username, const SocketAddress& peer, UnixSeconds now);
  void on_time(UnixSeconds now) { known_.on_time(now); }

 private:
  Fingerprint key(std::string_view username, const SocketAddress& peer) const;

  KeyedHash hash_;
  Budgets by_name_and_network_;
  Budgets by_network_;
  /// Filled by right passwords alone, so that no stranger can turn it over.
  ExpiringTable<Fingerprint, bool> known_;
};

}  // namespace dering::api::oidc
