// SPDX-License-Identifier: Apache-2.0
#include "net/admission.h"

#include <algorithm>

namespace dering::net {
namespace {

/// One subscriber has one IPv4 address, but a whole IPv6 /64 to choose from.
SocketAddress source_of(const SocketAddress& peer) {
  auto ip = peer.ipv6();
  if (!peer.is_ipv4()) std::fill(ip.begin() + 8, ip.end(), std::uint8_t{0});
  return SocketAddress::from_ipv6(ip, 0);
}

std::size_t index_of(Admission::Kind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

std::optional<Admission::Ticket> Admission::admit() {
  if (is_full()) return std::nullopt;
  ++open_;
  return Ticket(*this);
}

std::optional<Admission::Ticket> Admission::admit(const SocketAddress& peer, Kind kind) {
  auto ticket = admit();
  if (!ticket || !ticket->count_for(peer, kind)) return std::nullopt;
  return ticket;
}

std::optional<std::uint64_t> Admission::oldest(const Offers& offers, Instant now) {
  if (offers.empty() || offers.begin()->second.from > now) return std::nullopt;
  return offers.begin()->second.connection;
}

std::optional<std::uint64_t> Admission::offered(const SocketAddress& peer, Kind kind,
                                                Instant now) const {
  const auto found = sources_.find(source_of(peer));
  if (found == sources_.end()) return std::nullopt;
  return oldest(found->second.offers[index_of(kind)], now);
}

std::optional<std::uint64_t> Admission::offered(Instant now) const {
  const auto page = oldest(offers_[index_of(Kind::web)], now);
  return page ? page : oldest(offers_[index_of(Kind::sip)], now);
}

Admission::Ticket::Ticket(Ticket&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      counted_for_(std::exchange(other.counted_for_, std::nullopt)),
      offer_(std::exchange(other.offer_, 0)) {}

Admission::Ticket::~Ticket() {
  give_back();
}

void Admission::Ticket::give_back() {
  if (!admission_) return;
  count_for_nobody();
  --std::exchange(admission_, nullptr)->open_;
}

bool Admission::Ticket::count_for(const SocketAddress& peer, Kind kind) {
  const std::pair owner(source_of(peer), kind);
  if (counted_for_ == owner) return true;
  count_for_nobody();
  std::size_t& open = admission_->sources_[owner.first].open[index_of(kind)];
  if (open >= admission_->cap_per_source_) return false;
  ++open;
  counted_for_ = owner;
  return true;
}

void Admission::Ticket::count_for_nobody() {
  take_back();
  if (!counted_for_) return;
  const auto [source, kind] = *std::exchange(counted_for_, std::nullopt);
  const auto found = admission_->sources_.find(source);
  --found->second.open[index_of(kind)];
  if (std::ranges::count(found->second.open, 0U) == 2) admission_->sources_.erase(found);
}

void Admission::Ticket::offer(std::uint64_t connection, Instant from) {
  take_back();
  if (!counted_for_) return;
  offer_ = ++admission_->last_offer_;
  const auto& [source, kind] = *counted_for_;
  admission_->sources_[source].offers[index_of(kind)][offer_] = {connection, from};
  admission_->offers_[index_of(kind)][offer_] = {connection, from};
}

void Admission::Ticket::take_back() {
  const std::uint64_t offer = std::exchange(offer_, 0);
  if (offer == 0) return;
  const auto& [source, kind] = *counted_for_;
  admission_->sources_[source].offers[index_of(kind)].erase(offer);
  admission_->offers_[index_of(kind)].erase(offer);
}

}  // namespace dering::net
