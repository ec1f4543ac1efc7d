// SPDX-License-Identifier: Apache-2.0
#include "api/history_api.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <limits>
#include <optional>
#include <string>

#include "api/form.h"
#include "api/gate.h"
#include "api/json_body.h"
#include "api/quality_table.h"
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
constexpr std::uint32_t longest_table = 1'000;  ///< calls
constexpr unsigned most_tables = 10;
constexpr std::chrono::seconds table_time{6};

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
      changes_({.burst = most_changes, .each = change_time}, random),
      tables_({.burst = most_tables, .each = table_time}, random) {}

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

Answer HistoryApi::quality(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const directory::User* owner = owner_at(exchange, (*query)["extension"]);
  if (!owner) return problem(404, "Nobody of yours has that number.");
  const Instant now = instant_of(exchange.now);
  if (const auto wait = tables_.try_spend(exchange.user->extension, now)) {
    return too_many("Too many tables. Wait a minute.", *wait);
  }
  const auto calls = records_.calls_of(owner->extension, std::numeric_limits<std::int64_t>::max(),
                                       longest_table, directory::WhichCalls::all);
  if (!calls) {
    store_line_.error(now, "{}", calls.error());
    return store_failed();
  }
  return HttpResponse{200,
                      {{"Content-Type", "text/csv; charset=utf-8; header=present"},
                       {"Content-Disposition", R"(attachment; filename="call-quality.csv")"},
                       {"Cache-Control", "no-store"}},
                      quality_table(owner->extension, *calls)};
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
