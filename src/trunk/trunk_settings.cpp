// SPDX-License-Identifier: Apache-2.0
#include "trunk/trunk_settings.h"

#include "base/text.h"

namespace dering::trunk {

std::optional<Server> server_from(std::string_view text, sip::Transport transport) {
  Server server{.host = {}, .transport = transport};
  const std::size_t colon = text.rfind(':');
  const bool is_bare_ipv6 = text.find(':') != colon && !text.starts_with('[');
  const bool is_bracketed = text.ends_with(']');
  if (colon == std::string_view::npos || is_bare_ipv6 || is_bracketed) {
    server.host = text;
  } else {
    const auto port = to_number<std::uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0) return std::nullopt;
    server.host = text.substr(0, colon);
    server.port = *port;
  }
  if (server.host.empty()) return std::nullopt;
  return server;
}

std::string uri_host_of(const Server& server) {
  const bool is_bare_ipv6 = server.host.find(':') != std::string::npos && server.host[0] != '[';
  std::string host = is_bare_ipv6 ? "[" + server.host + "]" : server.host;
  if (server.port) host.append(":").append(std::to_string(*server.port));
  return host;
}

std::string_view name_of(TrunkState::Kind kind) {
  switch (kind) {
    case TrunkState::Kind::starting:
      return "starting";
    case TrunkState::Kind::up:
      return "up";
    case TrunkState::Kind::registered:
      return "registered";
    case TrunkState::Kind::down:
      return "down";
  }
  return "";
}

}  // namespace dering::trunk
