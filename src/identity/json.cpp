// SPDX-License-Identifier: Apache-2.0
#include "identity/json.h"

#include <boost/json/parse.hpp>
#include <cmath>

namespace dering::identity {
namespace {

using boost::json::value;

/// Members of all objects in a text that is JSON: each has one colon outside of strings.
std::size_t members_in_text(std::string_view json) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_string = !in_string;
    if (in_string && json[i] == '\\') ++i;
    if (!in_string && json[i] == ':') ++count;
  }
  return count;
}

/// Members of all objects that were made of it; as deep as the parser lets it be.
std::size_t members_of(const value& parsed) {
  std::size_t count = 0;
  if (const auto* object = parsed.if_object()) {
    count += object->size();
    for (const auto& member : *object) count += members_of(member.value());
  } else if (const auto* array = parsed.if_array()) {
    for (const value& element : *array) count += members_of(element);
  }
  return count;
}

}  // namespace

std::optional<boost::json::object> json_object(std::string_view text) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = 16;
  value parsed = boost::json::parse(text, failed, {}, options);
  if (failed || !parsed.is_object()) return std::nullopt;
  // Boost.JSON lets the last one of two members of a name count and drops the other.
  if (members_of(parsed) != members_in_text(text)) return std::nullopt;
  return std::move(parsed.get_object());
}

std::optional<std::int64_t> numeric_date_in(const boost::json::object& object,
                                            std::string_view name) {
  constexpr double limit = 0x1p63;
  const value* date = object.if_contains(name);
  if (!date) return std::nullopt;
  if (date->is_int64()) return date->get_int64();
  if (!date->is_double()) return std::nullopt;
  const double seconds = std::floor(date->get_double());
  // Not a number compares false.
  if (!(seconds >= -limit && seconds < limit)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

}  // namespace dering::identity
