// SPDX-License-Identifier: Apache-2.0
#include "registrar/throttle.h"

#include <string>

#include "base/bytes.h"

namespace dering::registrar {

bool Throttle::is_paused(std::string_view name, const SocketAddress& source, Instant now) const {
  const auto found = entries_.find(key(name, source));
  return found != entries_.end() && found->second.failures >= free_failures &&
         now - found->second.last < pause;
}

void Throttle::on_failure(std::string_view name, const SocketAddress& source, Instant now) {
  const Fingerprint fingerprint = key(name, source);
  if (!entries_.contains(fingerprint)) make_room(now);
  Entry& entry = entries_[fingerprint];
  if (now - entry.last > memory) entry.failures = 0;
  ++entry.failures;
  entry.last = now;
}

void Throttle::on_success(std::string_view name, const SocketAddress& source) {
  entries_.erase(key(name, source));
}

Fingerprint Throttle::key(std::string_view name, const SocketAddress& source) const {
  const std::size_t network_size = source.is_ipv4() ? 16 : 8;
  std::string text(as_text(source.ipv6()).substr(0, network_size));
  return hash_.of(text.append(name));
}

/// The table is full only while thousands of addresses guess: then any entry may go.
void Throttle::make_room(Instant now) {
  if (entries_.size() < max_entries_) return;
  std::erase_if(entries_, [&](const auto& row) { return now - row.second.last > memory; });
  if (entries_.size() >= max_entries_) entries_.erase(entries_.begin());
}

}  // namespace dering::registrar
