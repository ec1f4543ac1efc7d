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

/// Who types a password, as far as it can be told before the password is looked at.
struct Typist {
  std::string username;  ///< in lower case
  SocketAddress peer;
  std::string browser;  ///< tells apart those at one address who do not hide; anybody may have many
  std::string
      device;  ///< Device::id of this name in that browser; empty: it has not signed in there
};

/// Slows down who guesses passwords. Five wrong ones for one name from one address, then one try
/// each half minute; and twenty from one address whatever names it types, then one each ten
/// seconds. The same name from elsewhere is not affected, so that nobody can be locked out from
/// afar; and who has signed in from an address before is not held to what neighbours do there with
/// other names.
///
/// A browser that this name has signed in with is on an account of its own: five wrong ones, then
/// one each half minute. What others do with that name or from that address is nothing to it, and
/// what it does is nothing to them. Where the name has signed in before, even a browser that is new
/// is heard once while others have paused the name there; only so many of those in a while.
///
/// Names that nobody has are counted like others. Worker thread.
class PasswordThrottle {
 public:
  static constexpr std::size_t most_at_once = 5;  ///< tries of an account() that are not judged yet

  explicit PasswordThrottle(Random& random);

  /// How long they have to wait; nothing when they may try.
  std::optional<Duration> wait(const Typist& typist, UnixSeconds now);
  /// How long the name has to wait there, if it is heard all the same: what is said to whoever was
  /// wrong then, as if they had not been heard.
  std::optional<Duration> paused(const Typist& typist, UnixSeconds now);
  void on_failure(const Typist& typist, UnixSeconds now);
  void on_success(const Typist& typist, UnixSeconds now);
  /// On whose account a failure goes: two typists with one may not try more at once than one.
  static std::string account(const Typist& typist);
  /// Whether that name has signed in with that browser, or from there.
  bool is_known(const Typist& typist, UnixSeconds now);
  void on_time(UnixSeconds now) { known_.on_time(now); }

 private:
  bool is_known_there(const Typist& typist, UnixSeconds now);
  Fingerprint key(const Typist& typist) const;

  KeyedHash hash_;
  Budgets by_device_;
  Budgets by_name_and_network_;
  Budgets by_network_;
  Budgets by_new_browser_;
  Budgets of_new_browsers_;  ///< by name and network
  /// Filled by right passwords alone, so that no stranger can turn it over.
  ExpiringTable<Fingerprint, bool> known_;
};

}  // namespace dering::api::oidc
