// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_upgrade.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "base/text.h"

namespace dering::net {
namespace {

/// The value of a field that must stand there exactly once.
std::optional<std::string_view> only(const HttpFields& fields, std::string_view name) {
  std::optional<std::string_view> value;
  for (const auto& field : fields) {
    if (!equals_ignoring_case(field.first, name)) continue;
    if (value) return std::nullopt;
    value = field.second;
  }
  return value;
}

bool lists(const HttpFields& fields, std::string_view name, std::string_view token) {
  for (const auto& [field_name, value] : fields) {
    if (!equals_ignoring_case(field_name, name)) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      if (equals_ignoring_case(trimmed(take_until(rest, ',')), token)) return true;
    }
  }
  return false;
}

}  // namespace

bool is_known_origin(const HttpFields& fields, std::span<const std::string> allowed_origins) {
  const auto is_origin = [](const auto& it) { return equals_ignoring_case(it.first, "Origin"); };
  const bool names_none = std::ranges::none_of(fields, is_origin);
  const auto origin = names_none ? std::optional<std::string_view>("none") : only(fields, "Origin");
  // "Origin: none" itself is no origin: a browser never says it.
  if (!origin || (!names_none && *origin == "none")) return false;
  return std::ranges::find(allowed_origins, *origin) != allowed_origins.end();
}

int judge_upgrade(const HttpFields& fields, std::span<const std::string> allowed_origins) {
  if (!lists(fields, "Upgrade", "websocket") || !lists(fields, "Connection", "upgrade")) return 426;
  if (!is_known_origin(fields, allowed_origins)) return 403;
  if (only(fields, "Sec-WebSocket-Version") != "13") return 426;
  const auto key = only(fields, "Sec-WebSocket-Key");
  const auto nonce = key ? from_base64(*key) : std::nullopt;
  if (!nonce || nonce->size() != 16) return 400;
  if (!lists(fields, "Sec-WebSocket-Protocol", "sip")) return 400;
  return 101;
}

std::string foreign_origin_sentence(const HttpFields& fields) {
  const auto origin = only(fields, "Origin");
  if (!origin) {
    return "The program names no Origin, or several. If it is no web page, \"none\" in "
           "[web] websocket_origins lets it in.";
  }
  return fmt::format(
      "The page {} is not one of this server. If this is where people reach it, set it in [public] "
      "origins; if it is somebody else's phone, in [web] websocket_origins.",
      log::shown(*origin));
}

}  // namespace dering::net
