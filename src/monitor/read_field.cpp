// SPDX-License-Identifier: Apache-2.0
#include "monitor/read_field.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace dering::monitor {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> compact_names{{
    {"call-id", "i"},
    {"from", "f"},
    {"to", "t"},
    {"contact", "m"},
    {"refer-to", "r"},
    {"referred-by", "b"},
}};

bool is_named(std::string_view line_name, std::string_view name) {
  if (equals_ignoring_case(line_name, name)) return true;
  return std::ranges::any_of(compact_names, [&](const auto& one) {
    return equals_ignoring_case(one.first, name) && equals_ignoring_case(one.second, line_name);
  });
}

/// What follows the scheme of the first URI, up to where it ends.
std::string_view uri_in(std::string_view value) {
  for (const std::string_view scheme : {"sip:", "sips:", "tel:"}) {
    const std::size_t at = value.find(scheme);
    if (at == std::string_view::npos) continue;
    value.remove_prefix(at + scheme.size());
    return value.substr(0, value.find_first_of(">; \t?\r\n"));
  }
  return {};
}

}  // namespace

std::string_view field_of(std::string_view message, std::string_view name) {
  while (!message.empty()) {
    const std::size_t end = message.find("\r\n");
    std::string_view line = message.substr(0, end);
    message = end == std::string_view::npos ? std::string_view{} : message.substr(end + 2);
    if (line.empty()) break;
    if (is_named(trimmed(take_until(line, ':')), name)) return trimmed(line);
  }
  return {};
}

std::string_view start_line_of(std::string_view message) {
  return message.substr(0, message.find("\r\n"));
}

bool is_response(std::string_view message) {
  return message.starts_with("SIP/2.0 ");
}

std::string_view user_in(std::string_view value) {
  std::string_view uri = uri_in(value);
  if (!uri.contains('@')) return value.contains("tel:") ? uri : std::string_view{};
  const std::string_view user = take_until(uri, '@');
  return user.substr(0, user.find(':'));
}

std::string_view host_in(std::string_view value) {
  std::string_view uri = uri_in(value);
  if (uri.contains('@')) (void)take_until(uri, '@');
  return uri.starts_with('[') ? uri.substr(0, uri.find(']') + 1) : uri.substr(0, uri.find(':'));
}

}  // namespace dering::monitor
