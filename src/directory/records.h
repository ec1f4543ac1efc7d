// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

namespace dering::directory {

/// A user as the built-in provider signs them in.
struct Account {
  User user;
  std::string password_hash;  ///< as identity::hash_password() made it; empty: no password sign-in
  bool enabled = true;
};

/// A refresh token as it is kept: the token itself is never stored.
struct RefreshToken {
  std::string hash;    ///< SHA-256 of the token, hexadecimal
  std::string family;  ///< all tokens that descend from one sign-in; the `sid` claim
  UserId user;
  std::string issuer;             ///< under which it was given out
  std::int64_t signed_in_at = 0;  ///< Unix seconds, of the password
  std::int64_t expires_at = 0;    ///< Unix seconds
};

/// A refresh token that was handed in: `was_used` tells that somebody did so before.
struct PresentedToken {
  RefreshToken token;
  bool was_used = false;
};

/// A call record with its place in the history: a higher id is a later call.
struct KeptCall {
  std::uint64_t id = 0;
  CallRecord record;
};

/// A value, or a sentence for the log on why the store could not give it.
template <class T>
using Stored = std::expected<T, std::string>;

/// What the HTTP API asks of the store. Worker thread; calls block.
class Records {
 public:
  virtual ~Records() = default;

  virtual Stored<std::optional<Account>> account_by_username(std::string_view username) = 0;
  virtual Stored<std::optional<Account>> account_by_id(UserId user) = 0;

  virtual Stored<void> keep_refresh_token(const RefreshToken& token) = 0;
  /// Marks it as used in the same step. Nothing if there is no such token.
  virtual Stored<std::optional<PresentedToken>> present_refresh_token(std::string_view hash) = 0;
  virtual Stored<void> revoke_family(std::string_view family) = 0;
  virtual Stored<void> drop_refresh_tokens_before(std::int64_t expiry) = 0;

  /// Calls from or to that extension, newest first, with ids below `before`.
  virtual Stored<std::vector<KeptCall>> calls_of(std::string_view extension, std::uint64_t before,
                                                 std::uint32_t limit) = 0;
};

}  // namespace dering::directory
