// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::registrar {

/// Slows down whoever guesses passwords, and ends the loop of a phone that answers wrong for ever:
/// after five failures for one name from one address, that name is refused from that address for
/// 30 s, and again after each further failure. Other addresses are not touched, so that nobody can
/// lock a user out. IPv6 counts by /64, which is what one household has. One thread.
///
/// One address may fail under a few names only; past them every name that fails there is refused
/// at once. A full table takes nobody in and lets nobody go: what a stranger types can't make it
/// forget what others typed. Whoever signed in before from this very address and port is a friend,
/// and never refused before being heard.
class Throttle {
 public:
  static constexpr std::uint32_t free_failures = 5;
  static constexpr std::uint32_t names_per_network = 32;
  static constexpr Duration pause = std::chrono::seconds(30);
  static constexpr Duration memory = std::chrono::minutes(10);  ///< failures older are forgotten
  static constexpr std::size_t most_friends = 200'000;          ///< names; past it all begin anew

  explicit Throttle(Random& random, std::size_t max_entries = 10'000)
      : hash_(random), max_entries_(max_entries) {}

  bool is_paused(std::string_view name, const SocketAddress& source, Instant now) const;
  bool is_friend(std::string_view name, const SocketAddress& source) const;
  /// Only for failures whose source address is proven. `answer` stands for the request and what it
  /// says: the same again, as UDP repeats it, is the same failure. True if the name is paused now.
  bool on_failure(std::string_view name, const SocketAddress& source, std::string_view answer,
                  Instant now);
  void on_success(std::string_view name, const SocketAddress& source);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint32_t failures = 0;
    Instant last{};
    Fingerprint answer{};
    Fingerprint network{};
  };
  /// Where a name signed in from lately; the oldest makes room.
  struct Places {
    std::array<Fingerprint, 4> known{};
    std::uint8_t next = 0;
  };
  Fingerprint network_of(const SocketAddress& source) const;
  Fingerprint key(std::string_view name, const SocketAddress& source) const;
  Fingerprint place(const SocketAddress& source) const;
  /// Null if there is no room for another name from there.
  Entry* entry_for(const Fingerprint& key, const SocketAddress& source, Instant now);
  void forget_old(Instant now);
  void erase(const Fingerprint& key);

  KeyedHash hash_;
  std::size_t max_entries_;
  std::unordered_map<Fingerprint, Entry> entries_;
  std::unordered_map<Fingerprint, std::uint32_t> names_by_network_;
  std::unordered_map<Fingerprint, Places> friends_;  ///< by name; only who has signed in is here
  Instant swept_at_{};
};

}  // namespace dering::registrar
