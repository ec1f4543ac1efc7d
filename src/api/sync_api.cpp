// SPDX-License-Identifier: Apache-2.0
#include "api/sync_api.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/gate.h"
#include "api/json_body.h"
#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;
using directory::SyncState;

/// null: never.
boost::json::value json_of_time(std::int64_t seconds) {
  return seconds == 0 ? boost::json::value() : boost::json::value(seconds);
}

object json_of(const SyncState& sync) {
  return {{"url", sync.issuer},
          {"state", name_of(sync.phase)},
          {"started_at", json_of_time(sync.started_at)},
          {"finished_at", json_of_time(sync.finished_at)},
          {"added", sync.done.added},
          {"changed", sync.done.changed},
          {"enabled", sync.done.enabled},
          {"disabled", sync.done.disabled},
          {"unchanged", sync.done.unchanged},
          {"refused", sync.done.refused},
          {"error", sync.error}};
}

std::string json_of(const std::vector<SyncState>& syncs) {
  array list;
  for (const SyncState& sync : syncs) list.push_back(json_of(sync));
  return serialize(object{{"issuers", std::move(list)}});
}

/// {} or {"force":true}; no body at all means the same as {}.
std::expected<bool, net::HttpResponse> force_in(const net::HttpRequest& request) {
  if (request.body.empty()) return false;
  auto body = json_body(request);
  if (!body) return std::unexpected(std::move(body.error()));
  bool is_forced = false;
  for (const auto& [name, value] : *body) {
    if (name != "force" || !value.is_bool()) {
      return std::unexpected(problem(422, "force is true or false; nothing else is known."));
    }
    is_forced = value.get_bool();
  }
  return is_forced;
}

}  // namespace

std::vector<SyncState> SyncApi::states() const {
  return outlets_.sync_state ? outlets_.sync_state() : std::vector<SyncState>();
}

Answer SyncApi::state(const Exchange&) const {
  return json_response(json_of(states()));
}

Answer SyncApi::start(const Exchange& exchange) const {
  const auto is_forced = force_in(exchange.request);
  if (!is_forced) return is_forced.error();
  if (!outlets_.start_sync || states().empty()) {
    return problem(409, "No issuer has a sync: its section [issuer.sync] is not configured.");
  }
  log::info("audit: {}: sync started{}", who_asks(exchange), *is_forced ? ", forced" : "");
  outlets_.start_sync(*is_forced);
  return json_response(json_of(states()), 202);
}

}  // namespace dering::api
