// SPDX-License-Identifier: Apache-2.0
#include "api/logging_api.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "api/gate.h"
#include "api/json_body.h"
#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

using boost::json::object;

constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};

/// {"level":"debug"}, {"sip":true} or both.
std::expected<LoggingWish, net::HttpResponse> wish_in(const net::HttpRequest& request) {
  const auto body = json_body(request);
  if (!body) return std::unexpected(body.error());
  LoggingWish wish;
  for (const auto& [name, value] : *body) {
    if (name == "level" && value.is_string() &&
        std::ranges::find(levels, std::string_view(value.get_string())) != levels.end()) {
      wish.level = std::string(value.get_string());
    } else if (name == "sip" && value.is_bool()) {
      wish.writes_sip = value.get_bool();
    } else {
      return std::unexpected(problem(
          422,
          "level is debug, info, warning or error, sip true or false; nothing else is known."));
    }
  }
  return wish;
}

}  // namespace

Answer LoggingApi::answer(const LoggingWish& wish) const {
  if (!outlets_.change_logging) return problem(503, "Nothing is written down here.");
  const auto state = outlets_.change_logging(wish);
  if (!state) return problem(409, state.error());
  return json_response(serialize(
      object{{"level", state->level}, {"sip", state->writes_sip}, {"sip_file", state->sip_file}}));
}

Answer LoggingApi::show(const Exchange&) const {
  return answer({});
}

Answer LoggingApi::change(const Exchange& exchange) const {
  const auto wish = wish_in(exchange.request);
  if (!wish) return wish.error();
  if (wish->level) log::info("audit: {}: log level {}", who_asks(exchange), *wish->level);
  if (wish->writes_sip) {
    log::info("audit: {}: SIP log {}", who_asks(exchange), *wish->writes_sip ? "on" : "off");
  }
  return answer(*wish);
}

}  // namespace dering::api
