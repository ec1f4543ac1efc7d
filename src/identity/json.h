// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How this house reads JSON from outside. For .cpp files only: Boost.JSON is slow to compile.
namespace dering::identity {

/// The object that is the whole text. Nothing for other JSON, for more than 16 levels, for wrong
/// UTF-8, and for a member that is there twice, anywhere: readers differ on which one counts
/// (RFC 8259 §4), and what one checks another would use.
std::optional<boost::json::object> json_object(std::string_view text);

/// The member of that name if it is a string; it lives as long as the object.
inline std::optional<std::string_view> string_in(const boost::json::object& object,
                                                 std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

/// The member of that name if it is a NumericDate (RFC 7519 §2): Unix seconds, whole or with a
/// fraction or an exponent, as "1.8e9". The fraction is left off. Nothing for anything else, and
/// for numbers beyond 64 bits.
std::optional<std::int64_t> numeric_date_in(const boost::json::object& object,
                                            std::string_view name);

}  // namespace dering::identity
