// SPDX-License-Identifier: Apache-2.0
#include "net/security_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace dering::net {
namespace {

std::string content_security_policy(std::span<const std::string> connect_origins,
                                    std::string_view frame_ancestors) {
  // 'self' covers ws and wss of the same host and port (CSP 3 §6.7.2.8).
  std::string sources = "'self'";
  for (const std::string& origin : connect_origins) sources += ' ' + origin;
  // Inside a portal the page asks a provider by a frame of its own who is there; nowhere else.
  const bool asks_by_frame = frame_ancestors != "'none'";
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
      "font-src 'self'; connect-src {}; frame-src {}; media-src 'self' blob:; "
      "worker-src 'self'; manifest-src 'self'; frame-ancestors {}; form-action 'self'; "
      "base-uri 'none'",
      sources, asks_by_frame ? sources : "'none'", frame_ancestors);
}

}  // namespace

SecurityFields::SecurityFields(std::span<const std::string> connect_origins,
                               std::string_view frame_ancestors, bool is_tls)
    : fields_{
          {"Content-Security-Policy", content_security_policy(connect_origins, frame_ancestors)},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Permissions-Policy",
           "microphone=(self), camera=(self), speaker-selection=(self), autoplay=(self), "
           "screen-wake-lock=(self), display-capture=(self), geolocation=(), midi=(), payment=(), "
           "serial=(), usb=()"},
      } {
  if (is_tls) fields_.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

void SecurityFields::add_to(HttpFields& fields) const {
  for (const auto& field : fields_) {
    const bool is_set = std::ranges::any_of(fields, [&](const auto& present) {
      return equals_ignoring_case(present.first, field.first);
    });
    if (!is_set) fields.push_back(field);
  }
}

}  // namespace dering::net
