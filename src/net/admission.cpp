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

}  // namespace

std::optional<Admission::Ticket> Admission::admit(const SocketAddress& peer) {
  const SocketAddress source = source_of(peer);
  const auto found = open_by_source_.find(source);
  const std::size_t open_there = found == open_by_source_.end() ? 0 : found->second;
  if (open_ >= cap_ || open_there >= cap_per_source_) return std::nullopt;
  ++open_;
  ++open_by_source_[source];
  return Ticket(*this, source);
}

Admission::Ticket::~Ticket() {
  if (!admission_) return;
  --admission_->open_;
  const auto found = admission_->open_by_source_.find(source_);
  if (--found->second == 0) admission_->open_by_source_.erase(found);
}

}  // namespace dering::net
