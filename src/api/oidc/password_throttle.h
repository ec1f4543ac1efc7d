// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "api/oidc/expiring_table.h"
#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::api::oidc {

/// Slows down who guesses a password: after five wrong ones for one name from one address, one try
/// each half minute. The same name from elsewhere is not affected, so that nobody can be locked
/// out from afar. Names that nobody has are counted like others. Worker thread.
class PasswordThrottle {
 public:
  explicit PasswordThrottle(Random& random) : hash_(random) {}

  /// How long this name has to wait from there; nothing when it may try.
  std::optional<std::chrono::seconds> wait(std::string_view username, const SocketAddress& peer,
                                           UnixSeconds now);
  void on_failure(std::string_view username, const SocketAddress& peer, UnixSeconds now);
  void on_success(std::string_view username, const SocketAddress& peer);
  void on_time(UnixSeconds now) { failures_.on_time(now); }

 private:
  struct Failures {
    unsigned count = 0;
    UnixSeconds latest{};
  };

  Fingerprint key(std::string_view username, const SocketAddress& peer) const;

  KeyedHash hash_;
  ExpiringTable<Fingerprint, Failures> failures_{10'000, std::chrono::minutes(15)};
};

}  // namespace dering::api::oidc
