// SPDX-License-Identifier: Apache-2.0
#include "registrar/throttle.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/give_back.h"

namespace dering::registrar {

bool Throttle::is_paused(std::string_view name, const SocketAddress& source, Instant now) const {
  const auto found = entries_.find(key(name, source));
  return found != entries_.end() && found->second.failures >= free_failures &&
         now - found->second.last < pause;
}

bool Throttle::is_friend(std::string_view name, const SocketAddress& source) const {
  const auto found = friends_.find(hash_.of(name));
  return found != friends_.end() && std::ranges::count(found->second.known, place(source)) > 0;
}

bool Throttle::on_failure(std::string_view name, const SocketAddress& source,
                          std::string_view answer, Instant now) {
  Entry* entry = entry_for(key(name, source), source, now);
  if (!entry) return true;
  if (now - entry->last > memory) entry->failures = 0;
  const Fingerprint sent = hash_.of(answer);
  if (entry->failures == 0 || sent != entry->answer) ++entry->failures;
  entry->answer = sent;
  entry->last = now;
  return entry->failures >= free_failures;
}

void Throttle::on_success(std::string_view name, const SocketAddress& source) {
  erase(key(name, source));
  if (friends_.size() >= most_friends) friends_.clear();
  Places& places = friends_[hash_.of(name)];
  const Fingerprint here = place(source);
  if (std::ranges::count(places.known, here) > 0) return;
  places.known[places.next] = here;
  places.next = static_cast<std::uint8_t>((places.next + 1) % places.known.size());
}

Throttle::Entry* Throttle::entry_for(const Fingerprint& key, const SocketAddress& source,
                                     Instant now) {
  const auto found = entries_.find(key);
  if (found != entries_.end()) return &found->second;
  const Fingerprint network = network_of(source);
  const auto has_room = [&] {
    const auto names = names_by_network_.find(network);
    const bool is_crowded = names != names_by_network_.end() && names->second >= names_per_network;
    return !is_crowded && entries_.size() < max_entries_;
  };
  if (!has_room()) forget_old(now);
  if (!has_room()) return nullptr;
  ++names_by_network_[network];
  Entry& added = entries_[key];
  added.network = network;
  return &added;
}

/// At most once a second: a table full of what is young costs no sweep for each stranger.
void Throttle::forget_old(Instant now) {
  if (now - swept_at_ < std::chrono::seconds(1)) return;
  swept_at_ = now;
  std::vector<Fingerprint> old;
  for (const auto& [key, entry] : entries_) {
    if (now - entry.last > memory) old.push_back(key);
  }
  for (const Fingerprint& key : old) erase(key);
}

void Throttle::erase(const Fingerprint& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  const auto names = names_by_network_.find(found->second.network);
  if (--names->second == 0) names_by_network_.erase(names);
  entries_.erase(found);
  give_back_buckets(entries_);
  give_back_buckets(names_by_network_);
}

Fingerprint Throttle::network_of(const SocketAddress& source) const {
  return key({}, source);
}

Fingerprint Throttle::key(std::string_view name, const SocketAddress& source) const {
  const std::size_t network_size = source.is_ipv4() ? 16 : 8;
  std::string text(as_text(source.ipv6()).substr(0, network_size));
  return hash_.of(text.append(name));
}

Fingerprint Throttle::place(const SocketAddress& source) const {
  std::string text(as_text(source.ipv6()));
  return hash_.of(text.append(1, ':').append(std::to_string(source.port())));
}

}  // namespace dering::registrar
