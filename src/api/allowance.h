// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "api/oidc/expiring_table.h"
#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::api {

/// So many of something for each name, from the first one on until a window of time is over.
/// Bounded: of very many names the oldest is forgotten. Worker thread.
class Allowance {
 public:
  Allowance(unsigned most, std::chrono::seconds window, Random& random)
      : most_(most), hash_(random), spent_(10'000, window) {}

  bool is_spent(std::string_view name, UnixSeconds now) {
    const unsigned* count = spent_.find(hash_.of(name), now);
    return count && *count >= most_;
  }
  void spend(std::string_view name, UnixSeconds now) {
    const Fingerprint key = hash_.of(name);
    unsigned* count = spent_.find(key, now);
    if (!count) count = &spent_.put(key, 0, now);
    ++*count;
  }

 private:
  unsigned most_;
  KeyedHash hash_;
  oidc::ExpiringTable<Fingerprint, unsigned> spent_;
};

/// Who a peer is, as far as counting goes: one IPv4 address, or an IPv6 /64, the half that its
/// owner cannot vary.
inline std::string network_of(const SocketAddress& peer) {
  constexpr std::size_t network_bytes = 8;
  return {peer.ipv6().begin(),
          peer.is_ipv4() ? peer.ipv6().end() : peer.ipv6().begin() + network_bytes};
}

}  // namespace dering::api
