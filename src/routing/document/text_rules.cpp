// SPDX-License-Identifier: Apache-2.0
#include "routing/document/text_rules.h"

#include <algorithm>

#include "base/subnet.h"
#include "base/text.h"
#include "directory/person.h"
#include "routing/plan/draft.h"
#include "routing/plan/numbering.h"

namespace dering::routing::text_rules {
namespace {

bool has_only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}
constexpr std::string_view all_digits = "0123456789";

bool is_port(std::string_view text) {
  const auto port = to_number<std::uint16_t>(text);
  return port && *port != 0;
}

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         has_only(text, "abcdefghijklmnopqrstuvwxyz0123456789-_");
}
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && directory::one_line(text, 100) == text;
}
bool is_extension(std::string_view text) {
  return directory::is_extension(text);
}
bool is_digits(std::string_view text) {
  return !text.empty() && is_digits_or_empty(text);
}
bool is_digits_or_empty(std::string_view text) {
  return text.size() <= 15 && has_only(text, all_digits);
}
bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.size() <= longest_number && has_only(text, all_digits);
}
bool is_prefix(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return text.size() <= 20 && has_only(text, "0123456789*#");
}
bool is_host(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !Subnet::from_text(text.substr(1, end - 1))) return false;
    const std::string_view rest = text.substr(end + 1);
    return rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  const std::string host_name = in_lower_case(text.substr(0, colon));
  return !host_name.empty() && host_name.front() != '.' && host_name.front() != '-' &&
         has_only(host_name, "abcdefghijklmnopqrstuvwxyz0123456789-._");
}
bool is_network(std::string_view text) {
  return Subnet::from_text(text).has_value();
}
bool is_country(std::string_view text) {
  return text == all_countries || (is_digits(text) && text.front() != '0');
}
bool is_anything(std::string_view) {
  return true;
}

}  // namespace dering::routing::text_rules
