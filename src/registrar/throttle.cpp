// SPDX-License-Identifier: Apache-2.0
#include "registrar/throttle.h"

#include <string>

#include "registrar/known_places.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;

/// A place that was wrong is heard again after as long as a paused name.
constexpr BudgetSize of_a_place{.burst = 1, .each = 30s};
/// What a device has for a password is made by us, of 79 bits, or has twelve characters at least:
/// these tries find none.
constexpr BudgetSize of_all_new_places{.burst = 200, .each = 1s};

/// Only those with a mark, which takes a right password to have, get here.
constexpr std::size_t most_own = 50'000;
constexpr std::uint32_t most_own_of_a_name = 32;
constexpr std::size_t most_loops = 10'000;
constexpr std::uint32_t most_loops_of_a_network = 64;

std::string joined(std::string_view name, std::string_view rest) {
  return std::string(name).append(1, '\0').append(rest);
}

std::string name_and_place(const Asker& asker) {
  const Place place = registrar::place_of(asker.source);
  return joined(asker.name, {place.data(), place.size()});
}

std::string name_and_network(const Asker& asker) {
  return joined(asker.name, dering::network_of(asker.source));
}

}  // namespace

Throttle::Throttle(Random& random, std::size_t max_entries)
    : hash_(random),
      guesses_({max_entries, names_per_network}),
      own_({most_own, most_own_of_a_name}),
      loops_({most_loops, most_loops_of_a_network}),
      by_place_(of_a_place, random),
      of_new_places_(of_all_new_places, random) {}

// Where nobody fails, nobody's name is made into a key: that is what a call costs on a good day.

bool Throttle::may_try(const Asker& asker, Instant now) const {
  if (!asker.mark.empty()) return own_.empty() || !own_.is_paused(of_mark(asker), now);
  return guesses_.empty() || !guesses_.is_paused(of_network(asker), now) ||
         is_heard_all_the_same(asker, now);
}

bool Throttle::is_heard_all_the_same(const Asker& asker, Instant now) const {
  return asker.is_neighbour && !by_place_.wait(name_and_place(asker), now) &&
         !of_new_places_.wait(name_and_network(asker), now);
}

bool Throttle::on_wrong(const Asker& asker, std::string_view answer, Instant now) {
  if (!asker.mark.empty()) {
    // Without room for it there is no end to its tries, which is better than none for a friend.
    return own_.add({of_mark(asker), hash_.of(asker.name), hash_.of(answer)}, now).value_or(false);
  }
  by_place_.spend(name_and_place(asker), now);
  if (guesses_.is_paused(of_network(asker), now)) {
    of_new_places_.spend(name_and_network(asker), now);
    return true;
  }
  return guesses_.add({of_network(asker), network(asker), hash_.of(answer)}, now).value_or(true);
}

bool Throttle::on_loop(const Asker& asker, std::string_view answer, Instant now) {
  return loops_.add({of_place(asker), network(asker), hash_.of(answer)}, now).value_or(false);
}

bool Throttle::is_looping(const Asker& asker, Instant now) const {
  return !loops_.empty() && loops_.is_paused(of_place(asker), now);
}

void Throttle::on_success(const Asker& asker, Instant now) {
  if (!loops_.empty()) loops_.forget(of_place(asker));
  if (!asker.mark.empty()) {
    if (!own_.empty()) own_.forget(of_mark(asker));
    return;
  }
  // What made it pause were others.
  if (!guesses_.empty() && !guesses_.is_paused(of_network(asker), now))
    guesses_.forget(of_network(asker));
}

void Throttle::on_time(Instant now) {
  for (Failures* table : {&guesses_, &own_, &loops_}) table->on_time(now);
}

std::optional<Instant> Throttle::next_deadline() const {
  return earlier(guesses_.next_deadline(), earlier(own_.next_deadline(), loops_.next_deadline()));
}

void Throttle::list(TableSizes& out) const {
  out.insert(out.end(), {{"guessed names", guesses_.size()},
                         {"networks that guess", guesses_.group_count()},
                         {"phones that fail", own_.size()},
                         {"names that fail", own_.group_count()},
                         {"places that loop", loops_.size()},
                         {"networks that loop", loops_.group_count()}});
}

Fingerprint Throttle::of_network(const Asker& asker) const {
  return hash_.of(name_and_network(asker));
}

Fingerprint Throttle::of_place(const Asker& asker) const {
  return hash_.of(name_and_place(asker));
}

Fingerprint Throttle::of_mark(const Asker& asker) const {
  return hash_.of(joined(asker.name, asker.mark));
}

Fingerprint Throttle::network(const Asker& asker) const {
  return hash_.of(dering::network_of(asker.source));
}

}  // namespace dering::registrar
