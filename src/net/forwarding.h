// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "base/subnet.h"
#include "net/http_message.h"

namespace dering::net {

/// Which fields a trusted proxy speaks by.
enum class ForwardedBy : std::uint8_t {
  either,       ///< whichever is there; if both are and name different clients, neither
  forwarded,    ///< RFC 7239
  x_forwarded,  ///< X-Forwarded-For, -Proto and -Host
};

/// Proxies whose word is believed. All others' is ignored.
struct TrustedProxies {
  std::vector<Subnet> subnets{};
  ForwardedBy field = ForwardedBy::either;

  bool include(const SocketAddress& peer) const;
};

/// What trusted proxies say of a request.
struct Forwarding {
  std::optional<SocketAddress> client{};  ///< who sent it to the first of them; port 0 if not told
  std::optional<bool> is_encrypted{};     ///< there
  std::string host{};                     ///< there, as in Host; empty: not told
  bool is_contradictory = false;          ///< two fields name two clients: nothing was believed
};

/// To be asked only about requests of a peer that is a trusted proxy. The lists are read from their
/// end, where the nearest proxy writes, as far as the addresses are trusted ones: what stands
/// before may be anybody's invention.
Forwarding forwarding_of(const HttpFields& fields, const TrustedProxies& trusted);

}  // namespace dering::net
