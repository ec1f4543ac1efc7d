// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_upgrade.h"

#include <algorithm>
#include <optional>

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

int judge_upgrade(const HttpFields& fields, std::span<const std::string> allowed_origins) {
  if (!lists(fields, "Upgrade", "websocket") || !lists(fields, "Connection", "upgrade")) return 426;
  const auto origin = only(fields, "Origin");
  if (!origin || std::ranges::find(allowed_origins, *origin) == allowed_origins.end()) return 403;
  if (only(fields, "Sec-WebSocket-Version") != "13") return 426;
  const auto key = only(fields, "Sec-WebSocket-Key");
  const auto nonce = key ? from_base64(*key) : std::nullopt;
  if (!nonce || nonce->size() != 16) return 400;
  if (!lists(fields, "Sec-WebSocket-Protocol", "sip")) return 400;
  return 101;
}

}  // namespace dering::net
