// SPDX-License-Identifier: Apache-2.0
#include "sip/message/media_type.h"

#include <cstdint>

#include "base/text.h"
#include "sip/message/characters.h"
#include "sip/message/cursor.h"
#include "sip/message/uri.h"

namespace dering::sip {
namespace {

/// How closely a range describes a media type.
enum class Fit : std::uint8_t { none, any, any_subtype, exact };

Fit fit_of(const MediaType& range, std::string_view name) {
  if (range.is(name)) return Fit::exact;
  if (range.subtype != "*") return Fit::none;
  if (range.type == "*") return Fit::any;
  return equals_ignoring_case(range.type, take_until(name, '/')) ? Fit::any_subtype : Fit::none;
}

/// qvalue: "0", "0.0", … (RFC 3261 §25.1). What is none of them refuses nothing.
bool is_refused(const MediaType& range) {
  const std::string_view quality = range.parameter("q").value_or("1");
  return quality.starts_with('0') && quality.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool MediaType::is(std::string_view name) const {
  return equals_ignoring_case(type, take_until(name, '/')) && equals_ignoring_case(subtype, name);
}

std::optional<std::string_view> MediaType::parameter(std::string_view name) const {
  return find_parameter(parameters, name);
}

std::optional<MediaType> parse_media_type(std::string_view value) {
  MediaType result;
  Cursor cursor(trimmed(value));
  result.type = cursor.take_all(token_characters);
  if (!cursor.consume_separator('/')) return std::nullopt;
  result.subtype = cursor.take_all(token_characters);
  if (result.type.empty() || result.subtype.empty()) return std::nullopt;
  if (!cursor.consume_separator(';') && !cursor.at_end()) return std::nullopt;
  result.parameters = cursor.rest();
  return result;
}

bool is_media_type(std::string_view value, std::string_view name) {
  const auto read = parse_media_type(value);
  return read && read->is(name);
}

bool is_acceptable(std::span<const std::string_view> ranges, std::string_view name) {
  bool is_any_readable = false;
  bool is_welcome = false;
  Fit best = Fit::none;
  for (const std::string_view value : ranges) {
    const auto range = parse_media_type(value);
    if (!range) continue;
    is_any_readable = true;
    const Fit fit = fit_of(*range, name);
    if (fit <= best) continue;
    best = fit;
    is_welcome = !is_refused(*range);
  }
  return is_welcome || !is_any_readable;
}

}  // namespace dering::sip
