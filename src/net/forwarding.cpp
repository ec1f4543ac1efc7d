// SPDX-License-Identifier: Apache-2.0
#include "net/forwarding.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace dering::net {
namespace {

/// The elements of a list that may be spread over several fields (RFC 9110 §5.3), quotes respected.
std::vector<std::string_view> elements_of(const HttpFields& fields, std::string_view name) {
  std::vector<std::string_view> elements;
  for (const auto& [field_name, value] : fields) {
    if (!equals_ignoring_case(field_name, name)) continue;
    std::size_t begin = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at <= value.size(); ++at) {
      const bool is_end = at == value.size();
      if (!is_end && value[at] == '"') is_quoted = !is_quoted;
      if (!is_end && (value[at] != ',' || is_quoted)) continue;
      elements.push_back(trimmed(std::string_view(value).substr(begin, at - begin)));
      begin = at + 1;
    }
  }
  return elements;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text.remove_prefix(1);
    text.remove_suffix(1);
  }
  return text;
}

/// RFC 7239 §6: an address with or without a port, "[…]" around IPv6; nothing if it is "unknown" or
/// a name that hides it. X-Forwarded-For has IPv6 without brackets too.
std::optional<SocketAddress> node(std::string_view text) {
  if (const auto address = SocketAddress::from_text(text, 0)) return address;
  return SocketAddress::from_host_and_port(text);
}

/// RFC 7239 §4: "for=192.0.2.43;proto=https;host=phone.example".
std::string_view parameter(std::string_view element, std::string_view name) {
  while (!element.empty()) {
    std::string_view pair = trimmed(take_until(element, ';'));
    if (equals_ignoring_case(trimmed(take_until(pair, '=')), name)) return unquoted(trimmed(pair));
  }
  return {};
}

std::optional<bool> is_encrypted(std::string_view scheme) {
  if (equals_ignoring_case(scheme, "https") || equals_ignoring_case(scheme, "wss")) return true;
  if (equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "ws")) return false;
  return std::nullopt;
}

/// The one farthest from us that trusted proxies vouch for. What can't be read ends the search:
/// what is before it nobody vouches for.
template <class AddressOf>
std::optional<std::size_t> first_vouched(std::span<const std::string_view> elements,
                                         const TrustedProxies& trusted, AddressOf address_of) {
  for (std::size_t i = elements.size(); i-- > 0;) {
    const auto address = address_of(elements[i]);
    if (!address || !trusted.include(*address) || i == 0) return i;
  }
  return std::nullopt;
}

Forwarding by_forwarded(const HttpFields& fields, const TrustedProxies& trusted) {
  const auto address_of = [](std::string_view element) { return node(parameter(element, "for")); };
  const auto elements = elements_of(fields, "Forwarded");
  const auto at = first_vouched(elements, trusted, address_of);
  if (!at) return {};
  return {.client = address_of(elements[*at]),
          .is_encrypted = is_encrypted(parameter(elements[*at], "proto")),
          .host = std::string(parameter(elements[*at], "host"))};
}

/// Only the nearest proxy's word counts where a list does not say whose word is whose.
Forwarding by_x_forwarded(const HttpFields& fields, const TrustedProxies& trusted) {
  Forwarding forwarding;
  const auto clients = elements_of(fields, "X-Forwarded-For");
  if (const auto at = first_vouched(clients, trusted, node)) forwarding.client = node(clients[*at]);
  if (const auto schemes = elements_of(fields, "X-Forwarded-Proto"); !schemes.empty()) {
    forwarding.is_encrypted = is_encrypted(schemes.back());
  }
  if (const auto hosts = elements_of(fields, "X-Forwarded-Host"); !hosts.empty()) {
    forwarding.host = hosts.back();
  }
  return forwarding;
}

bool is_same_client(const Forwarding& a, const Forwarding& b) {
  return !a.client || !b.client || a.client->ipv6() == b.client->ipv6();
}

}  // namespace

bool TrustedProxies::include(const SocketAddress& peer) const {
  return std::ranges::any_of(subnets, [&](const Subnet& one) { return one.contains(peer); });
}

Forwarding forwarding_of(const HttpFields& fields, const TrustedProxies& trusted) {
  switch (trusted.field) {
    case ForwardedBy::forwarded:
      return by_forwarded(fields, trusted);
    case ForwardedBy::x_forwarded:
      return by_x_forwarded(fields, trusted);
    case ForwardedBy::either:
      break;
  }
  const Forwarding standard = by_forwarded(fields, trusted);
  Forwarding usual = by_x_forwarded(fields, trusted);
  // A proxy that sets one of them passes on what a client put into the other.
  if (!is_same_client(standard, usual)) return {.is_contradictory = true};
  if (!usual.client) usual.client = standard.client;
  if (!usual.is_encrypted) usual.is_encrypted = standard.is_encrypted;
  if (usual.host.empty()) usual.host = standard.host;
  return usual;
}

}  // namespace dering::net
