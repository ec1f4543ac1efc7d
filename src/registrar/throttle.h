// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::registrar {

/// Slows down whoever guesses passwords: after five failures for one name from one address, that
/// name is refused from that address for 30 s, and again after each further failure. Other
/// addresses are not touched, so that nobody can lock a user out. IPv6 counts by /64, which is what
/// one household has. One thread.
class Throttle {
 public:
  static constexpr std::uint32_t free_failures = 5;
  static constexpr Duration pause = std::chrono::seconds(30);
  static constexpr Duration memory = std::chrono::minutes(10);  ///< failures older are forgotten

  explicit Throttle(Random& random, std::size_t max_entries = 10'000)
      : hash_(random), max_entries_(max_entries) {}

  bool is_paused(std::string_view name, const SocketAddress& source, Instant now) const;
  /// Only for failures whose source address is proven.
  void on_failure(std::string_view name, const SocketAddress& source, Instant now);
  void on_success(std::string_view name, const SocketAddress& source);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint32_t failures = 0;
    Instant last{};
  };
  Fingerprint key(std::string_view name, const SocketAddress& source) const;
  void make_room(Instant now);

  KeyedHash hash_;
  std::size_t max_entries_;
  std::unordered_map<Fingerprint, Entry> entries_;
};

}  // namespace dering::registrar
