// SPDX-License-Identifier: Apache-2.0
#include "api/history_api.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>

#include "api/json_body.h"
#include "api/response.h"
#include "base/log.h"
#include "base/text.h"

namespace dering::api {
namespace {

using boost::json::object;
using directory::HistoryState;
using net::HttpResponse;

constexpr unsigned most_changes = 60;
constexpr std::chrono::seconds change_time{1};

std::string json_of(const HistoryState& state) {
  return serialize(object{{"newest", std::to_string(state.newest)},
                          {"seen_until", std::to_string(state.seen_until)},
                          {"unseen", state.unseen}});
}

/// The id of a call, and nothing beside it.
std::optional<std::uint64_t> id_in(const object& body) {
  const auto* value = body.if_contains("seen_until");
  if (!value || !value->is_string() || body.size() != 1) return std::nullopt;
  return to_number<std::uint64_t>(std::string_view(value->get_string()));
}

HttpResponse store_failed() {
  return problem(500, "The history can't be read.");
}

}  // namespace

HistoryApi::HistoryApi(directory::Records& records, EventHub& hub, Random& random)
    : records_(records),
      hub_(hub),
      changes_({.burst = most_changes, .each = change_time}, random) {}

Answer HistoryApi::show(const Exchange& exchange) {
  const auto state = records_.history_state(exchange.user->extension);
  if (state) return json_response(json_of(*state));
  store_line_.error(instant_of(exchange.now), "{}", state.error());
  return store_failed();
}

Answer HistoryApi::see(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  const auto until = id_in(*body);
  if (!until)
    return problem(422, "seen_until is the id of a call, as text; nothing else is known.");
  const std::string& extension = exchange.user->extension;
  const Instant now = instant_of(exchange.now);
  if (const auto wait = changes_.try_spend(extension, now)) {
    return too_many("Too many changes. Wait a minute.", *wait);
  }
  const auto before = records_.history_state(extension);
  const auto after = before ? records_.see_calls(extension, *until) : before;
  if (!after) {
    store_line_.error(now, "{}", after.error());
    return store_failed();
  }
  if (*after != *before) tell(extension, *after);
  return json_response(json_of(*after));
}

void HistoryApi::on_kept(std::span<const directory::CallKept> calls, UnixSeconds now) {
  for (const directory::CallKept& call : calls) {
    if (!hub_.has_pages_of(call.person)) continue;
    const auto state = records_.history_state(call.person);
    if (state) {
      tell(call.person, *state);
    } else {
      store_line_.error(instant_of(now), "{}", state.error());
    }
  }
}

void HistoryApi::tell(std::string_view extension, const HistoryState& state) {
  hub_.send_to(extension, "history", json_of(state));
}

}  // namespace dering::api
