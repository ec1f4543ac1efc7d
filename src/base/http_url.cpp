// SPDX-License-Identifier: Apache-2.0
#include "base/http_url.h"

#include <algorithm>

#include "base/socket_address.h"
#include "base/text.h"

namespace dering {
namespace {

constexpr std::size_t longest_url = 2'048;

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = SocketAddress::from_text(host, 0);
  return address && address->is_loopback();
}

/// The host of "name", "name:port", "192.0.2.1:port" or "[::1]:port"; nothing if it is neither.
std::optional<std::string_view> host_in(std::string_view authority) {
  std::string_view host;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!SocketAddress::from_text(host, 0)) return std::nullopt;
  } else {
    host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(host.size());
    const auto is_allowed = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    if (!std::ranges::all_of(host, is_allowed)) return std::nullopt;
  }
  if (host.empty()) return std::nullopt;
  if (authority.empty()) return host;
  const auto port = to_number<std::uint16_t>(authority.substr(1));
  if (authority.front() != ':' || !port || *port == 0) return std::nullopt;
  return host;
}

}  // namespace

std::optional<FetchableUrl> FetchableUrl::parse(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
  if (text.size() > longest_url || !std::ranges::all_of(text, is_plain)) return std::nullopt;
  if (text.find_first_of("?#@\\\"<>") != std::string_view::npos) return std::nullopt;

  FetchableUrl url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    url.is_https_ = false;
  } else {
    return std::nullopt;
  }
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const auto host = host_in(authority);
  if (!host || (!url.is_https_ && !is_loopback(*host))) return std::nullopt;
  url.host_ = *host;
  url.path_ = rest.substr(authority.size());
  url.origin_ = text.substr(0, text.size() - url.path_.size());
  return url;
}

}  // namespace dering
