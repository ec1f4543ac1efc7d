// SPDX-License-Identifier: Apache-2.0
#include "base/web_url.h"

#include <algorithm>

#include "base/socket_address.h"
#include "base/text.h"

namespace dering {
namespace {

constexpr std::size_t longest_url = 2'048;

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, is_host_character) &&
         !host.starts_with('.') && !host.starts_with('-') && host.find("..") == host.npos;
}

/// Something whose last label is a number is an IPv4 address to every client (WHATWG URL §3.5), so
/// it must be one in its usual form: "127.1" and "0x7f.1" are not.
bool looks_like_address(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !last.empty() && last.front() >= '0' && last.front() <= '9';
}

/// Takes the host from the front of an authority; empty if it is none.
std::string take_host(std::string_view& authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == authority.npos) return {};
    std::string address(authority.substr(1, end - 1));
    authority.remove_prefix(end + 1);
    std::ranges::transform(address, address.begin(), to_lower);
    const bool is_address =
        address.find(':') != address.npos && SocketAddress::from_text(address, 1).has_value();
    return is_address ? address : std::string();
  }
  const std::size_t end = std::min(authority.find(':'), authority.size());
  std::string host(authority.substr(0, end));
  authority.remove_prefix(end);
  std::ranges::transform(host, host.begin(), to_lower);
  if (!is_host_name(host)) return {};
  if (looks_like_address(host) && !SocketAddress::from_text(host, 1)) return {};
  return host;
}

}  // namespace

std::string WebUrl::origin() const {
  const std::string name = host.find(':') == host.npos ? host : '[' + host + ']';
  const std::string start = (is_encrypted ? "https://" : "http://") + name;
  const bool is_usual = port == (is_encrypted ? 443 : 80);
  return is_usual ? start : start + ':' + std::to_string(port);
}

bool WebUrl::is_loopback() const {
  if (host == "localhost" || host == "::1") return true;
  return host.starts_with("127.") && SocketAddress::from_text(host, 1).has_value();
}

std::optional<WebUrl> read_web_url(std::string_view text) {
  if (text.size() > longest_url || !std::ranges::all_of(text, is_visible)) return std::nullopt;
  if (text.find_first_of("#\\\"<>^`{|}") != text.npos) return std::nullopt;
  WebUrl url;
  const std::string_view scheme = text.substr(0, text.find("://"));
  url.is_encrypted = equals_ignoring_case(scheme, "https");
  if (!url.is_encrypted && !equals_ignoring_case(scheme, "http")) return std::nullopt;
  text.remove_prefix(scheme.size());
  if (!text.starts_with("://")) return std::nullopt;
  text.remove_prefix(3);

  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, path);
  url.target = text.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  url.host = take_host(authority);
  if (url.host.empty()) return std::nullopt;
  url.port = url.is_encrypted ? 443 : 80;
  if (authority.empty()) return url;
  if (!authority.starts_with(':')) return std::nullopt;
  const auto port = to_number<std::uint16_t>(authority.substr(1));
  if (!port || *port == 0) return std::nullopt;
  url.port = *port;
  return url;
}

}  // namespace dering
