// SPDX-License-Identifier: Apache-2.0
#include "sip/message/uri.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "sip/message/characters.h"
#include "sip/message/cursor.h"

namespace dering::sip {
namespace {

std::optional<std::uint8_t> hex_pair(std::string_view two) {
  return two.size() == 2 ? to_number<std::uint8_t>(two, 16) : std::nullopt;
}

/// Characters of the set and escapes "%HH".
bool is_all_or_escaped(CharacterSet set, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (!hex_pair(text.substr(i + 1, 2))) return false;
      i += 2;
    } else if (!is_in(set, text[i])) {
      return false;
    }
  }
  return true;
}

bool parse_userinfo(std::string_view text, Uri& uri) {
  uri.user = take_until(text, ':');
  uri.password = text;
  return !uri.user.empty() && is_all_or_escaped(user_characters, uri.user) &&
         is_all_or_escaped(user_characters, uri.password);
}

/// "host[:port][;parameters][?headers]"
bool parse_after_userinfo(std::string_view text, Uri& uri) {
  Cursor cursor(text);
  uri.host = cursor.take_host();
  if (uri.host.empty()) return false;
  if (cursor.consume(':')) {
    uri.port = to_number<std::uint16_t>(cursor.take_all(host_characters));
    if (!uri.port) return false;
  }
  if (!is_all_or_escaped(uri_characters, cursor.rest())) return false;
  if (cursor.consume(';')) uri.parameters = cursor.take(cursor.rest().find('?'));
  if (cursor.consume('?')) uri.headers = cursor.take_all();
  return cursor.at_end();
}

bool is_scheme(std::string_view text) {
  return is_all(token_characters, text) && to_lower(text.front()) >= 'a' &&
         to_lower(text.front()) <= 'z' &&
         std::ranges::all_of(text, [](char c) { return is_in(host_characters, c) || c == '+'; });
}

/// One character of a URI part with its escape resolved, unless it is reserved: RFC 3261 §19.1.4,
/// "Characters other than those in the reserved set are equivalent to their encoding".
struct UriCharacter {
  char character;
  bool is_escaped;
  bool operator==(const UriCharacter&) const = default;
};

UriCharacter take_character(std::string_view& text) {
  constexpr std::string_view reserved = ";/?:@&=+$,";
  const char first = text.front();
  text.remove_prefix(1);
  if (first != '%') return {first, false};
  const auto byte = hex_pair(text.substr(0, 2));
  if (!byte) return {first, false};
  text.remove_prefix(2);
  const char decoded = static_cast<char>(*byte);
  return {decoded, reserved.contains(decoded)};
}

enum class Case : bool { sensitive, insensitive };

bool is_same_part(std::string_view a, std::string_view b, Case letters) {
  while (!a.empty() && !b.empty()) {
    UriCharacter left = take_character(a);
    UriCharacter right = take_character(b);
    if (letters == Case::insensitive) {
      left.character = to_lower(left.character);
      right.character = to_lower(right.character);
    }
    if (left != right) return false;
  }
  return a.empty() && b.empty();
}

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::string_view part = take_until(text, separator);
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

/// "Any uri-parameter appearing in both URIs must match." In only one URI they are ignored, but for
/// a few that decide where a request goes (RFC 3261 §19.1.4 with its examples). Of a name that
/// stands twice, the first counts.
bool parameters_of_first_agree(const Uri& a, const Uri& b) {
  constexpr std::array<std::string_view, 5> decisive{"user", "ttl", "method", "maddr", "transport"};
  for (std::string_view parameter : split_at(a.parameters, ';')) {
    const std::string_view name = trimmed(take_until(parameter, '='));
    const auto left = a.parameter(name);
    const auto right = b.parameter(name);
    if (left && right && !is_same_part(*left, *right, Case::insensitive)) return false;
    const bool must_be_in_both = std::ranges::any_of(
        decisive, [&](std::string_view word) { return equals_ignoring_case(word, name); });
    if (!right && must_be_in_both) return false;
  }
  return true;
}

bool has_same_headers(const Uri& a, const Uri& b) {
  const auto left = split_at(a.headers, '&');
  auto right = split_at(b.headers, '&');
  if (left.size() != right.size()) return false;
  for (const std::string_view header : left) {
    const auto same = std::ranges::find_if(right, [&](std::string_view other) {
      return is_same_part(header, other, Case::insensitive);
    });
    if (same == right.end()) return false;
    right.erase(same);
  }
  return true;
}

}  // namespace

bool Uri::is_sip() const {
  return equals_ignoring_case(scheme, "sip");
}

bool Uri::is_sips() const {
  return equals_ignoring_case(scheme, "sips");
}

bool Uri::is_tel() const {
  return equals_ignoring_case(scheme, "tel");
}

std::optional<std::string_view> Uri::parameter(std::string_view name) const {
  return find_parameter(parameters, name);
}

std::optional<Uri> parse_uri(std::string_view text) {
  Uri uri;
  uri.text = text;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  uri.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  if (!is_scheme(uri.scheme)) return std::nullopt;
  if (!uri.is_sip() && !uri.is_sips()) {
    if (!is_all(uri_characters, rest)) return std::nullopt;
    return uri;
  }
  // Neither user nor password may hold "@", so the first one ends them.
  if (rest.contains('@') && !parse_userinfo(take_until(rest, '@'), uri)) return std::nullopt;
  if (!parse_after_userinfo(rest, uri)) return std::nullopt;
  return uri;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const auto byte = hex_pair(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    result += static_cast<char>(*byte);
    i += 2;
  }
  return result;
}

std::string escaped_user(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view allowed_in_user = "&=+$,;?/";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (is_in(unreserved_characters, c) || allowed_in_user.contains(c)) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

bool is_equivalent(const Uri& a, const Uri& b) {
  if (!equals_ignoring_case(a.scheme, b.scheme)) return false;
  if (!a.is_sip() && !a.is_sips()) return is_same_part(a.text, b.text, Case::insensitive);
  return is_same_part(a.user, b.user, Case::sensitive) &&
         is_same_part(a.password, b.password, Case::sensitive) &&
         equals_ignoring_case(a.host, b.host) && a.port == b.port &&
         parameters_of_first_agree(a, b) && parameters_of_first_agree(b, a) &&
         has_same_headers(a, b);
}

std::string_view take_parameter(std::string_view& rest) {
  if (!rest.contains('"')) return take_until(rest, ';');
  Cursor cursor(rest);
  while (!cursor.at_end() && !cursor.at(';')) {
    if (cursor.take_quoted().empty()) cursor.take(1);
  }
  const std::string_view parameter = rest.substr(0, rest.size() - cursor.rest().size());
  cursor.consume(';');
  rest = cursor.rest();
  return parameter;
}

std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view name) {
  while (!parameters.empty()) {
    std::string_view value = take_parameter(parameters);
    const std::string_view found = trimmed(take_until(value, '='));
    if (equals_ignoring_case(found, name)) return trimmed(value);
  }
  return std::nullopt;
}

}  // namespace dering::sip
