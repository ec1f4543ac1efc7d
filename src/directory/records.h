// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "directory/directory.h"

namespace dering::directory {

/// A user as the built-in provider signs them in.
struct Account {
  User user;
  std::string password_hash;  ///< as identity::hash_password() made it; empty: no password sign-in
  bool enabled = true;
  std::string role = "user";  ///< one of the words of identity::Role
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

/// A refresh token that is handed in: `was_used` tells that somebody did so before.
struct PresentedToken {
  RefreshToken token;
  bool was_used = false;
};

using DeviceId = StrongId<struct DeviceTag>;

/// A desk phone's credential as its owner sees it.
struct Device {
  DeviceId id;
  UserId user;
  std::string label;            ///< what the owner calls it
  std::string username;         ///< what the phone signs in as; unique
  std::string algorithm;        ///< the strongest that it knows: "SHA-256" or "MD5"
  std::int64_t created_at = 0;  ///< Unix seconds; 0: not known
  bool renew = false;           ///< it knows one algorithm only and should be made anew
  std::string codecs{};         ///< its own, as codec_list() has them; empty: those of its kind
};

/// A device that is not there yet.
struct NewDevice {
  UserId user;
  std::string label;
  std::string username;
  std::string ha1_md5;
  std::string ha1_sha256;
  std::int64_t created_at = 0;  ///< Unix seconds
};

inline constexpr std::size_t most_devices = 10;  ///< of one user

/// Why a device was not added, with a sentence for the log.
struct DeviceRefusal {
  enum class Reason : std::uint8_t { too_many, name_taken, no_such_user, store_failed };
  Reason reason = Reason::store_failed;
  std::string sentence;
};

/// A call record with its place in the history: a higher id is a later call.
struct KeptCall {
  std::uint64_t id = 0;
  CallRecord record;
};

/// A call has come into the history of that person.
struct CallKept {
  std::string person;
  std::uint64_t id = 0;

  bool operator==(const CallKept&) const = default;
};

/// Which of their calls.
enum class WhichCalls : std::uint8_t { all, missed };

/// How far somebody has looked at their history.
struct HistoryState {
  static constexpr std::uint32_t most_unseen = 1'000;

  std::uint64_t newest = 0;      ///< id of their latest call; 0: there was none
  std::uint64_t seen_until = 0;  ///< missed calls up to this id have been seen
  std::uint32_t unseen = 0;      ///< missed calls after that, most_unseen at most

  bool operator==(const HistoryState&) const = default;
};

/// A value, or a sentence for the log on why the store could not give it.
template <class T>
using Stored = std::expected<T, std::string>;

/// What the HTTP API asks of the store. Worker thread; calls block.
class Records {
 public:
  virtual ~Records() = default;

  /// Of the built-in provider: another issuer's people do not sign in by password.
  virtual Stored<std::optional<Account>> account_by_username(std::string_view username) = 0;
  virtual Stored<std::optional<Account>> account_by_id(UserId user) = 0;

  virtual Stored<void> keep_refresh_token(const RefreshToken& token) = 0;
  /// By its hash. Nothing if there is no such token.
  virtual Stored<std::optional<PresentedToken>> refresh_token(std::string_view hash) = 0;
  /// From now on it counts as used.
  virtual Stored<void> use_refresh_token(const RefreshToken& token) = 0;
  /// Whether the sign-in of that family stands: it was not ended, and is not too old.
  virtual Stored<bool> has_refresh_token(std::string_view family, UnixSeconds now) = 0;
  virtual Stored<void> revoke_family(std::string_view family) = 0;
  virtual Stored<void> drop_refresh_tokens_before(std::int64_t expiry) = 0;
  /// Of the used ones of each family all but the newest fifty: an older one that comes again is not
  /// known any more, instead of ending the family.
  virtual Stored<void> drop_used_refresh_tokens() = 0;

  /// Oldest first.
  virtual Stored<std::vector<Device>> devices_of(UserId user) = 0;
  virtual std::expected<Device, DeviceRefusal> add_device(const NewDevice& device) = 0;
  /// False if that user has no such device.
  virtual Stored<bool> remove_device(UserId user, DeviceId device) = 0;

  /// Calls in which that extension took part, or was to, newest first, with ids below `before`.
  /// Each with all that is kept of its stays: see directory/history.h for how one person sees it.
  virtual Stored<std::vector<KeptCall>> calls_of(std::string_view extension, std::uint64_t before,
                                                 std::uint32_t limit,
                                                 WhichCalls which = WhichCalls::all) = 0;
  virtual Stored<HistoryState> history_state(std::string_view extension) = 0;
  /// They have seen the missed calls up to that id. It never goes back, nor past their latest call.
  virtual Stored<HistoryState> see_calls(std::string_view extension, std::uint64_t until) = 0;
};

}  // namespace dering::directory
