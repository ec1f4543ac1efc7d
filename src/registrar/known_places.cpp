// SPDX-License-Identifier: Apache-2.0
#include "registrar/known_places.h"

#include <algorithm>

#include "base/give_back.h"

namespace dering::registrar {
namespace {

/// Within it a place is not noted again.
constexpr Duration fresh_for = std::chrono::hours(1);

}  // namespace

Place place_of(const SocketAddress& peer) {
  Place bytes;
  auto end = std::ranges::transform(peer.ipv6(), bytes.begin(), [](std::uint8_t byte) {
               return static_cast<char>(byte);
             }).out;
  *end++ = static_cast<char>(peer.port() >> 8U);
  *end++ = static_cast<char>(peer.port() & 0xffU);
  return bytes;
}

KnownPlaces::Seen KnownPlaces::place_at(const Sighting& sighting, Instant now) const {
  return {.address = address_of(sighting.source),
          .network = half(dering::network_of(sighting.source)),
          .instance = sighting.instance.empty() ? 0 : half(sighting.instance),
          .seen = now};
}

std::uint64_t KnownPlaces::address_of(const SocketAddress& source) const {
  const Place place = place_of(source);
  return half({place.data(), place.size()});
}

void KnownPlaces::note(const Sighting& sighting, Instant now) {
  auto found = users_.find(std::string(sighting.extension));
  if (found == users_.end()) {
    if (users_.size() >= most_users_) return;
    if (users_.empty()) sweep_at_ = now + sweep_interval;
    found = users_.emplace(sighting.extension, std::vector<Seen>{}).first;
  }
  std::vector<Seen>& places = found->second;
  const Seen here = place_at(sighting, now);
  auto same = std::ranges::find(places, here.address, &Seen::address);
  // A phone that comes from another port leaves none behind.
  if (same == places.end() && here.instance != 0) {
    same = std::ranges::find(places, here.instance, &Seen::instance);
  }
  if (same == places.end() && places.size() >= most_places) {
    same = std::ranges::min_element(places, {}, &Seen::seen);
  }
  if (same != places.end()) {
    const std::uint64_t instance = same->address == here.address ? same->instance : 0;
    *same = here;
    if (here.instance == 0) same->instance = instance;
    return;
  }
  // Most users have one phone: grow by one, not by doubling.
  places.reserve(places.size() + 1);
  places.push_back(here);
}

bool KnownPlaces::is_noted(const Sighting& sighting, Instant now) const {
  const auto found = users_.find(std::string(sighting.extension));
  if (found == users_.end()) return false;
  const std::uint64_t address = address_of(sighting.source);
  const std::uint64_t instance = sighting.instance.empty() ? 0 : half(sighting.instance);
  return std::ranges::any_of(found->second, [&](const Seen& place) {
    return place.address == address && now - place.seen < fresh_for &&
           (instance == 0 || instance == place.instance);
  });
}

Nearness KnownPlaces::nearness(const Sighting& sighting, Instant now) const {
  const auto found = users_.find(std::string(sighting.extension));
  if (found == users_.end()) return Nearness::unknown;
  const Seen here = place_at(sighting, now);
  Nearness nearest = Nearness::unknown;
  for (const Seen& place : found->second) {
    if (now - place.seen > memory || place.network != here.network) continue;
    if (place.address == here.address) return Nearness::place;
    const bool is_same_phone = here.instance != 0 && here.instance == place.instance;
    nearest = std::max(nearest, is_same_phone ? Nearness::instance : Nearness::network);
  }
  return nearest;
}

void KnownPlaces::on_time(Instant now) {
  if (users_.empty() || now < sweep_at_) return;
  for (auto user = users_.begin(); user != users_.end();) {
    std::erase_if(user->second, [&](const Seen& place) { return now - place.seen > memory; });
    user = user->second.empty() ? users_.erase(user) : std::next(user);
  }
  give_back_buckets(users_);
  sweep_at_ = now + sweep_interval;
}

std::optional<Instant> KnownPlaces::next_deadline() const {
  if (users_.empty()) return std::nullopt;
  return sweep_at_;
}

}  // namespace dering::registrar
