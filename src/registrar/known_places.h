// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::registrar {

/// The bytes of an address and its port.
using Place = std::array<char, 18>;
Place place_of(const SocketAddress& peer);

/// How near somebody who answers a challenge is to where a user has signed in before.
enum class Nearness : std::uint8_t {
  unknown,
  network,   ///< from the same network: a neighbour, or the phone from another port
  instance,  ///< and it says that it is the phone which did (RFC 5626 §4.1)
  place,     ///< from that very address and port
};

/// From where users have signed in: filled by right passwords and by stored bindings alone, so that
/// no stranger can turn it over. What is a day old is forgotten. One thread.
class KnownPlaces {
 public:
  static constexpr Duration memory = std::chrono::hours(24);
  static constexpr Duration sweep_interval = std::chrono::hours(1);
  static constexpr std::size_t most_places = 8;  ///< of one user; the oldest makes room

  KnownPlaces(Random& random, std::size_t most_users) : hash_(random), most_users_(most_users) {}

  /// A user at a place. The instance may be empty.
  struct Sighting {
    std::string_view extension;
    const SocketAddress& source;
    std::string_view instance;
  };
  void note(const Sighting& sighting, Instant now);
  /// Whether it is a place, and with the instance that was noted there lately: nothing to note.
  bool is_noted(const Sighting& sighting, Instant now) const;
  Nearness nearness(const Sighting& sighting, Instant now) const;

  void on_time(Instant now);
  std::optional<Instant> next_deadline() const;
  std::size_t size() const { return users_.size(); }

 private:
  /// Half a fingerprint of each: a stranger who does not know the key can't aim at one.
  struct Seen {
    std::uint64_t address = 0;
    std::uint64_t network = 0;
    std::uint64_t instance = 0;  ///< 0: none was said
    Instant seen{};
  };
  Seen place_at(const Sighting& sighting, Instant now) const;
  std::uint64_t half(std::string_view text) const { return hash_.of(text).high; }
  std::uint64_t address_of(const SocketAddress& source) const;

  KeyedHash hash_;
  std::size_t most_users_;
  std::unordered_map<std::string, std::vector<Seen>> users_;
  Instant sweep_at_{};  ///< while there are users
};

}  // namespace dering::registrar
