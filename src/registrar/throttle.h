// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/budgets.h"
#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/table_size.h"
#include "registrar/failures.h"

namespace dering::registrar {

/// Who answers a challenge, as far as it can be told before the answer is looked at.
struct Asker {
  std::string_view name;
  const SocketAddress& source;
  /// What tells it from its neighbours: where it has signed in from, the phone it says it is, or
  /// the nonce that it goes on with. Empty: nothing.
  std::string_view mark{};
  bool is_neighbour = false;  ///< the name has signed in from this network
};

/// Slows down whoever guesses passwords: after five wrong ones for one name from one network, that
/// name is refused there for 30 s, and again after each further one. Other networks are not
/// touched, so that nobody can lock a user out. IPv6 counts by /64, which is what one household
/// has. One network may fail under a few names only; past them every name that fails there is
/// refused at once.
///
/// Whoever has a mark is on an account of its own: five wrong ones, then one each 30 s. What
/// neighbours do with that name is nothing to it. Where the name has signed in before, a port that
/// is new is heard once while others have paused the name: a phone that was switched off and on may
/// have nothing else to show. Only so many of those in a while; and who was wrong then hears the
/// same as if nobody had listened.
///
/// A phone that answers for ever with what is no password (an old nonce, somebody else's) is on an
/// account of its address and port, so that its loop ends and harms nobody. One thread.
class Throttle {
 public:
  static constexpr std::uint32_t free_failures = Failures::free_failures;
  static constexpr std::uint32_t names_per_network = 32;
  static constexpr Duration pause = Failures::pause;
  static constexpr Duration memory = Failures::memory;

  explicit Throttle(Random& random, std::size_t max_entries = 10'000);

  bool may_try(const Asker& asker, Instant now) const;
  /// A wrong password. `answer` stands for the request and what it says: the same again, as UDP
  /// repeats it, is the same failure. True if the asker is paused now.
  bool on_wrong(const Asker& asker, std::string_view answer, Instant now);
  /// What says nothing about a password. True if that address and port is paused now.
  bool on_loop(const Asker& asker, std::string_view answer, Instant now);
  /// Nobody fails or loops now: who asks need not be told from others.
  bool is_quiet() const { return guesses_.empty() && own_.empty() && loops_.empty(); }
  bool is_looping(const Asker& asker, Instant now) const;
  void on_success(const Asker& asker, Instant now);

  void on_time(Instant now);
  std::optional<Instant> next_deadline() const;
  std::size_t size() const { return guesses_.size(); }
  void list(TableSizes& out) const;

 private:
  bool is_heard_all_the_same(const Asker& asker, Instant now) const;
  Fingerprint of_network(const Asker& asker) const;  ///< with the name
  Fingerprint of_place(const Asker& asker) const;    ///< with the name
  Fingerprint of_mark(const Asker& asker) const;     ///< with the name
  Fingerprint network(const Asker& asker) const;

  KeyedHash hash_;
  Failures guesses_;       ///< by name and network, grouped by network
  Failures own_;           ///< by name and mark, grouped by name
  Failures loops_;         ///< by name, address and port, grouped by network
  Budgets by_place_;       ///< by name, address and port
  Budgets of_new_places_;  ///< by name and network
};

}  // namespace dering::registrar
