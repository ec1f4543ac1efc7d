// SPDX-License-Identifier: Apache-2.0
#include "api/json_body.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <vector>

#include "api/response.h"
#include "base/text.h"

namespace dering::api {
namespace {

bool is_json(const net::HttpRequest& request) {
  std::string_view type = request.field("Content-Type").value_or("");
  return equals_ignoring_case(trimmed(take_until(type, ';')), "application/json");
}

/// Where the string that begins at `at` ends, in JSON that is known to be well formed.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

/// The parser would let the last one win, silently. In well-formed JSON a string before a colon is
/// a name; escapes in it are undone, so that "a" and "\u0061" are the same.
bool names_something_twice(std::string_view json) {
  std::vector<std::set<std::string>> open;  // of each object and array around `at`
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '{' || c == '[') open.emplace_back();
    if (c == '}' || c == ']') open.pop_back();
    if (c != '"') {
      ++at;
      continue;
    }
    const std::size_t end = end_of_string(json, at);
    const std::size_t next = json.find_first_not_of(" \t\r\n", end);
    const bool is_name = next != std::string_view::npos && json[next] == ':';
    if (is_name) {
      const boost::json::value name = boost::json::parse(json.substr(at, end - at));
      if (!open.back().emplace(name.get_string()).second) return true;
    }
    at = end;
  }
  return false;
}

}  // namespace

std::expected<boost::json::object, net::HttpResponse> json_body(const net::HttpRequest& request) {
  if (!is_json(request)) {
    return std::unexpected(problem(415, "The body must be application/json."));
  }
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = 16;
  boost::json::value value = boost::json::parse(request.body, failed, {}, options);
  if (failed) return std::unexpected(problem(400, "The body is no JSON that can be read."));
  if (names_something_twice(request.body)) {
    return std::unexpected(problem(400, "The body gives a name twice."));
  }
  if (!value.is_object()) return std::unexpected(problem(422, "The body must be a JSON object."));
  return std::move(value.get_object());
}

}  // namespace dering::api
