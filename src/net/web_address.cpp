// SPDX-License-Identifier: Apache-2.0
#include "net/web_address.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/web_url.h"

namespace dering::net {
namespace {

bool is_below(std::string_view path, std::string_view prefix) {
  return !prefix.empty() && path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/');
}

bool is_loopback(std::string_view origin) {
  const auto url = read_web_url(origin);
  return url && url->is_loopback();
}

std::string_view without_scheme(std::string_view origin) {
  const std::size_t at = origin.find("://");
  return at == std::string_view::npos ? origin : origin.substr(at + 3);
}

/// Of those that are fit: the one with the longest prefix that the path has, else the one without a
/// prefix, else the first, whose prefix the proxy took off.
template <class IsFit>
const WebAddress* best(std::span<const WebAddress> addresses, std::string_view path, IsFit is_fit) {
  const WebAddress* found = nullptr;
  const auto rank = [&](const WebAddress& one) {
    if (is_below(path, one.prefix)) return 2 + one.prefix.size();
    return static_cast<std::size_t>(one.prefix.empty() ? 1 : 0);
  };
  for (const WebAddress& one : addresses) {
    if (is_fit(one) && (!found || rank(one) > rank(*found))) found = &one;
  }
  return found;
}

const WebAddress* address_of(std::span<const WebAddress> addresses, const Approach& approach,
                             std::string_view origin) {
  const auto has_origin = [&](const WebAddress& one) { return one.origin == origin; };
  const WebAddress* exact = best(addresses, approach.path, has_origin);
  if (!approach.is_forwarded) return exact;
  // Most proxies put the address by which they reach us into Host unless told otherwise; no client
  // of theirs has us at localhost.
  const bool is_the_proxys = exact && approach.has_client && exact->kind == WebAddress::Kind::own &&
                             is_loopback(exact->origin);
  if (exact && !is_the_proxys) return exact;
  const auto has_host = [&](const WebAddress& one) {
    return one.kind == WebAddress::Kind::stated &&
           without_scheme(one.origin) == without_scheme(origin);
  };
  if (const WebAddress* same_host = best(addresses, approach.path, has_host)) return same_host;
  const WebAddress* stated = best(addresses, approach.path, [](const WebAddress& one) {
    return one.kind == WebAddress::Kind::stated;
  });
  return stated ? stated : exact;
}

}  // namespace

Reached reached_at(std::span<const WebAddress> addresses, const Approach& approach) {
  const std::string origin = normal_origin(approach.is_encrypted, approach.host);
  const WebAddress* address = address_of(addresses, approach, origin);
  std::string_view path = approach.path;
  if (address) {
    if (is_below(path, address->prefix)) path.remove_prefix(address->prefix.size());
    return {address->base(), std::string(path)};
  }
  // Refused later, but by a page that is found.
  const WebAddress* any = best(addresses, path, [](const WebAddress&) { return true; });
  if (any && is_below(path, any->prefix)) path.remove_prefix(any->prefix.size());
  return {origin, std::string(path)};
}

bool lacks_slash(std::span<const WebAddress> addresses, std::string_view path) {
  return std::ranges::any_of(
      addresses, [&](const WebAddress& one) { return !one.prefix.empty() && one.prefix == path; });
}

std::string normal_origin(bool is_encrypted, std::string_view host) {
  std::string text = fmt::format("{}://{}", is_encrypted ? "https" : "http", host);
  const auto url = read_web_url(text);
  return url && url->target == "/" ? url->origin() : text;
}

}  // namespace dering::net
