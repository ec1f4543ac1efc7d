// SPDX-License-Identifier: Apache-2.0
#include "call/phone_address.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/subnet.h"

namespace dering::call {
namespace {

/// Nobody outside reaches these, or they lead to somebody else than they say (RFC 6890). IPv4
/// addresses that hide in IPv6 ones (RFC 3056, RFC 6052, RFC 4291 §2.5.5.1) among them.
constexpr std::array<std::string_view, 18> nobodys_networks{
    "0.0.0.0/8",     "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
    "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "::/96",
    "64:ff9b::/96",  "64:ff9b:1::/48", "100::/64",      "2002::/16",   "fc00::/7",
    "fe80::/10",     "fec0::/10",      "ff00::/8"};

bool is_nobodys(const SocketAddress& address) {
  static const std::vector<Subnet> networks = [] {
    std::vector<Subnet> all;
    for (const std::string_view text : nobodys_networks) all.push_back(*Subnet::from_text(text));
    return all;
  }();
  return std::ranges::any_of(networks,
                             [&](const Subnet& network) { return network.contains(address); });
}

bool is_same_host(const SocketAddress& a, const SocketAddress& b) {
  return a.ipv6() == b.ipv6();
}

}  // namespace

std::optional<SocketAddress> reachable_address(const sdp::MediaAddress& said,
                                               const SocketAddress& signalling,
                                               std::span<const SocketAddress> ours) {
  if (said.port == 0 || said.is_nowhere()) return std::nullopt;
  const auto at_signalling = SocketAddress::from_ipv6(signalling.ipv6(), said.port);
  if (!said.ip || is_same_host(*said.ip, signalling) || is_nobodys(*said.ip)) return at_signalling;
  const bool is_ours = std::ranges::any_of(
      ours, [&](const SocketAddress& address) { return is_same_host(address, *said.ip); });
  return is_ours ? at_signalling : *said.ip;
}

}  // namespace dering::call
