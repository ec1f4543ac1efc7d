// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace dering::api {

/// The fields of a query or form body, decoded. Each name is there once.
class Form {
 public:
  /// Reads application/x-www-form-urlencoded (WHATWG URL §5.1), strictly: nothing for a wrong
  /// escape, text that is not UTF-8, NUL, more than 64 fields, or a name given twice (RFC 6749 §3.1
  /// forbids that, and two readers would differ on which one counts).
  static std::optional<Form> parse(std::string_view text);

  bool has(std::string_view name) const { return fields_.contains(name); }
  /// Empty if it is not there.
  const std::string& operator[](std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

/// The form that a request carries as its body; nothing if the body is of another type or no form.
std::optional<Form> form_of(const net::HttpRequest& request);

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
std::string percent_encoded(std::string_view text);

}  // namespace dering::api
