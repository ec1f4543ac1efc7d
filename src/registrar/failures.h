// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "base/keyed_hash.h"

namespace dering::registrar {

/// Failed sign-ins, each on an account: after five of one account it is paused for 30 s, and again
/// after each further one. Accounts belong to groups, such as a network, and no group has many of
/// them. A full table takes nobody in and lets nobody go, so that what a stranger does can't make
/// it forget what others did. Old ones go when it is full, and when time says so. One thread.
class Failures {
 public:
  static constexpr std::uint32_t free_failures = 5;
  static constexpr Duration pause = std::chrono::seconds(30);
  static constexpr Duration memory = std::chrono::minutes(10);  ///< failures older are forgotten
  static constexpr Duration sweep_interval = std::chrono::minutes(1);

  struct Limits {
    std::size_t all;
    std::uint32_t of_a_group;
  };
  explicit Failures(Limits limits) : limits_(limits) {}

  bool is_paused(const Fingerprint& account, Instant now) const;
  /// One of them, and which answer it was: the same again, as UDP repeats it, is the same failure.
  struct Failure {
    Fingerprint account;
    Fingerprint group;
    Fingerprint answer;
  };
  /// True if the account is paused now; nothing if there is no room for it.
  std::optional<bool> add(const Failure& failure, Instant now);
  void forget(const Fingerprint& account);

  void on_time(Instant now);
  /// Of the next sweep; nothing when there is nothing to forget.
  std::optional<Instant> next_deadline() const;
  bool empty() const { return accounts_.empty(); }
  std::size_t size() const { return accounts_.size(); }
  std::size_t group_count() const { return groups_.size(); }

 private:
  struct Account {
    std::uint32_t failures = 0;
    Instant last{};
    Fingerprint answer{};
    Fingerprint group{};
  };
  using Accounts = std::unordered_map<Fingerprint, Account>;

  bool has_room(const Fingerprint& group) const;
  void erase(Accounts::iterator account);
  void forget_old(Instant now);
  /// At most once a second: a table full of what is young costs no sweep for each stranger.
  void make_room(Instant now);

  Limits limits_;
  Accounts accounts_;
  std::unordered_map<Fingerprint, std::uint32_t> groups_;  ///< how many accounts each has
  Instant swept_at_{};
  Instant sweep_at_{};  ///< while there are accounts
};

}  // namespace dering::registrar
