// SPDX-License-Identifier: Apache-2.0
#include "net/request_target.h"

#include <cstdint>

#include "base/text.h"

namespace dering::net {
namespace {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3) return std::nullopt;
    const auto byte = to_number<std::uint8_t>(text.substr(1, 2), 16);
    if (!byte) return std::nullopt;
    decoded += static_cast<char>(*byte);
    text.remove_prefix(3);
  }
  return decoded;
}

bool has_odd_character(std::string_view path) {
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\') return true;
  }
  return !is_utf8(path);
}

bool has_odd_segment(std::string_view path) {
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::string_view segment = take_until(path, '/');
    if (segment.empty() || segment == "." || segment == "..") return true;
  }
  return false;
}

}  // namespace

std::optional<RequestTarget> parse_target(std::string_view target) {
  const std::string_view raw_path = take_until(target, '?');
  auto path = percent_decoded(raw_path);
  if (!path || !path->starts_with('/') || has_odd_character(*path) || has_odd_segment(*path)) {
    return std::nullopt;
  }
  return RequestTarget{std::move(*path), std::string(target)};
}

}  // namespace dering::net
