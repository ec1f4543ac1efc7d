// SPDX-License-Identifier: Apache-2.0
#include "api/plan_api.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "api/form.h"
#include "api/gate.h"
#include "api/json_body.h"
#include "api/plan_json.h"
#include "api/response.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/person.h"
#include "routing/document/write.h"
#include "routing/moment.h"

namespace dering::api {
namespace {

using boost::json::object;
using directory::PlanVersion;
using net::HttpRequest;
using net::HttpResponse;
using routing::PlanBook;

constexpr std::size_t longest_comment = 200;  ///< characters
constexpr std::size_t longest_name = 64;
constexpr std::uint32_t usual_page = 50;
constexpr std::uint32_t longest_page = 200;
/// Who typed a command on this machine, as the command says; believed of the admin socket alone.
constexpr std::string_view typed_by = "Dering-Typed-By";

std::string etag_of(std::uint64_t number) {
  return fmt::format("\"{}\"", number);
}

HttpResponse with_etag(HttpResponse response, std::uint64_t number) {
  response.fields.emplace_back("ETag", etag_of(number));
  return response;
}

/// "version 7, applied 2026-12-25 09:00:00 UTC by siti (1001): holidays"
std::string words_of(const PlanVersion& version) {
  if (version.number == 0) return "no plan yet";
  const auto at = fmt::gmtime(std::time_t{version.applied_at});
  return fmt::format("version {}, applied {:%Y-%m-%d %H:%M:%S} UTC by {}{}{}", version.number, at,
                     version.by, version.comment.empty() ? "" : ": ", version.comment);
}

std::string author_of(const Exchange& exchange) {
  if (exchange.request.door != net::Door::admin_socket) {
    return directory::one_line(
        fmt::format("{} ({})", exchange.user->username, exchange.user->extension), longest_name);
  }
  const auto name = exchange.request.field(typed_by).value_or("");
  return name.empty() || !is_utf8(name)
             ? "a command on this machine"
             : directory::one_line(fmt::format("{} on this machine", name), longest_name);
}

PlanBook::Wish wish_of(const Exchange& exchange, std::string_view comment) {
  return {author_of(exchange), directory::one_line(comment, longest_comment), exchange.now.count()};
}

HttpResponse problem_with(HttpResponse plain, std::string_view name, boost::json::value more) {
  auto body = boost::json::parse(plain.body).as_object();
  body[name] = std::move(more);
  plain.body = serialize(body);
  return plain;
}

bool is_json(const HttpRequest& request) {
  std::string_view type = request.field("Content-Type").value_or("");
  return equals_ignoring_case(trimmed(take_until(type, ';')), "application/json");
}

HttpResponse not_json() {
  return problem(415, "The body must be application/json.");
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  return to_number<std::uint64_t>(text);
}

}  // namespace

Answer PlanApi::show(const Exchange& exchange) {
  return with_etag(
      open_json_response(exchange.request, routing::document_of(book_.in_force()->draft())),
      book_.version().number);
}

Answer PlanApi::conflict(const HttpRequest& request) {
  const auto match = request.field("If-Match");
  if (!match) {
    return problem(428,
                   "If-Match has to name the version of the plan that was seen: the ETag of "
                   "GET /api/v1/plan.");
  }
  const PlanVersion& now = book_.version();
  if (trimmed(*match) == etag_of(now.number)) return std::nullopt;
  return problem_with(
      problem(412, fmt::format("The plan has changed meanwhile: in force is {}.", words_of(now))),
      "version", json_of(now));
}

Answer PlanApi::apply(const Exchange& exchange) {
  if (!is_json(exchange.request)) return not_json();
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  if (auto refused = conflict(exchange.request)) return refused;
  return answer_to(exchange,
                   book_.apply(exchange.request.body, wish_of(exchange, (*query)["comment"]),
                               *exchange.directory));
}

Answer PlanApi::undo(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  std::optional<std::uint64_t> number;
  std::string comment;
  for (const auto& [name, value] : *body) {
    if (name == "version" && value.is_int64() && value.get_int64() > 0) {
      number = static_cast<std::uint64_t>(value.get_int64());
    } else if (name == "comment" && value.is_string()) {
      comment = value.get_string();
    } else {
      return problem(422, "version is a number above 0, comment a text; nothing else is known.");
    }
  }
  if (auto refused = conflict(exchange.request)) return refused;
  return answer_to(exchange,
                   book_.restore(number, wish_of(exchange, comment), *exchange.directory));
}

Answer PlanApi::answer_to(const Exchange& exchange, PlanBook::Outcome outcome) {
  if (!outcome) {
    const PlanBook::Refused& refused = outcome.error();
    if (refused.faults.empty()) return problem(409, refused.sentence);
    return problem_with(problem(422, "The plan has faults, and nothing of it was applied: " +
                                         refused.faults.front().sentence),
                        "faults", json_of(refused.faults));
  }
  const PlanVersion& version = outcome->version;
  if (outcome->is_new) {
    log::info("audit: {}: plan version {} applied", who_asks(exchange), version.number);
  }
  object answer{{"version", json_of(version)},
                {"is_new", outcome->is_new},
                {"passed_over", json_of(outcome->passed_over)}};
  return with_etag(json_response(serialize(answer)), version.number);
}

Answer PlanApi::check(const Exchange& exchange) {
  if (!is_json(exchange.request)) return not_json();
  const auto checked = routing::check(exchange.request.body, *exchange.directory);
  const std::vector<routing::Fault> none;
  return json_response(serialize(object{{"faults", json_of(checked ? none : checked.error())}}));
}

Answer PlanApi::check_in_force(const Exchange& exchange) {
  return json_response(serialize(object{{"version", json_of(book_.version())},
                                        {"faults", json_of(book_.faults(*exchange.directory))}}));
}

Answer PlanApi::versions(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const auto before = query->has("before") ? number_in((*query)["before"])
                                           : std::optional(directory::after_all_versions);
  const auto limit =
      query->has("limit") ? to_number<std::uint32_t>((*query)["limit"]) : std::optional(usual_page);
  if (!before || !limit || *limit == 0 || *limit > longest_page) {
    return problem(422, fmt::format("before is a version, limit 1 to {}.", longest_page));
  }
  const auto found = book_.versions().before(*before, *limit);
  if (!found) return problem(503, found.error());
  boost::json::array list;
  for (const PlanVersion& version : *found) list.push_back(json_of(version));
  return with_etag(json_response(serialize(object{{"versions", std::move(list)}})),
                   book_.version().number);
}

Answer PlanApi::version(const Exchange& exchange) {
  const auto number = number_in(exchange.id);
  if (!number) return problem(404, "A version is a number.");
  const auto kept = book_.versions().version(*number);
  if (!kept) return problem(503, kept.error());
  if (!*kept) return problem(404, fmt::format("There is no version {}.", *number));
  std::string json = serialize(json_of((*kept)->version));
  json.pop_back();
  json += ",\"plan\":" + (*kept)->document + "}";
  return open_json_response(exchange.request, std::move(json));
}

Answer PlanApi::difference(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const auto from = number_in((*query)["from"]);
  const auto to =
      query->has("to") ? number_in((*query)["to"]) : std::optional(book_.version().number);
  if (!from || !to) return problem(422, "from and to are numbers of versions.");
  const auto older = book_.plan_of(*from);
  const auto newer = book_.plan_of(*to);
  if (!older) return problem(404, older.error());
  if (!newer) return problem(404, newer.error());
  boost::json::array lines;
  for (std::string& line : routing::difference((*older)->draft(), (*newer)->draft())) {
    lines.emplace_back(std::move(line));
  }
  return json_response(
      serialize(object{{"from", *from}, {"to", *to}, {"lines", std::move(lines)}}));
}

Answer PlanApi::route(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const std::string& wanted = (*query)["at"];
  auto at = std::optional(std::chrono::sys_seconds(exchange.now));
  if (!wanted.empty()) {
    const auto seconds = to_number<std::uint32_t>(wanted);
    at = seconds ? std::chrono::sys_seconds(UnixSeconds(*seconds)) : routing::moment_in(wanted);
  }
  if (!at || !query->has("to")) {
    return problem(422,
                   "to is what is dialled; at is Unix seconds or such as 2026-12-25T09:00+07:00.");
  }
  const routing::Decision decision = routing::route({.caller = (*query)["from"],
                                                     .dialled = (*query)["to"],
                                                     .forwarder = (*query)["forwarded_by"],
                                                     .trunk = (*query)["trunk"],
                                                     .is_withheld = (*query)["withheld"] == "true"},
                                                    *book_.in_force(), *exchange.directory, *at);
  object answer = json_of(decision);
  answer["at"] = at->time_since_epoch().count();
  answer["version"] = book_.version().number;
  answer["ends"] = std::holds_alternative<routing::End>(decision.destination);
  return json_response(serialize(answer));
}

}  // namespace dering::api
