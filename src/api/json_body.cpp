// SPDX-License-Identifier: Apache-2.0
#include "api/json_body.h"

#include "api/response.h"
#include "base/text.h"
#include "identity/json.h"

namespace dering::api {

std::expected<boost::json::object, net::HttpResponse> json_body(const net::HttpRequest& request) {
  std::string_view type = request.field("Content-Type").value_or("");
  if (!equals_ignoring_case(trimmed(take_until(type, ';')), "application/json")) {
    return std::unexpected(problem(415, "The body must be application/json."));
  }
  auto object = identity::json_object(request.body);
  if (!object) {
    return std::unexpected(
        problem(400, "The body must be a JSON object that names nothing twice."));
  }
  return *std::move(object);
}

}  // namespace dering::api
