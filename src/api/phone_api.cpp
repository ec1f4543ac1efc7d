// SPDX-License-Identifier: Apache-2.0
#include "api/phone_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

#include "api/form.h"
#include "api/oidc/names.h"
#include "api/response.h"
#include "base/budgets.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/history.h"
#include "directory/seen_stays.h"
#include "net/content_coding.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using directory::KeptCall;
using net::HttpResponse;

constexpr std::uint32_t usual_page = 50;
constexpr std::uint32_t largest_page = 100;
/// A stream outlives its token a little, so that the phone can open the next one first.
constexpr std::chrono::seconds stream_grace{30};

/// A number of the query, `otherwise` if it is absent, nothing if it is none.
template <class Number>
std::optional<Number> number_in(const Form& query, std::string_view name, Number otherwise) {
  if (!query.has(name)) return otherwise;
  return to_number<Number>(query[name]);
}

/// Nothing if the query asks for neither.
std::optional<directory::WhichCalls> calls_in(const Form& query) {
  if (!query.has("missed") || query["missed"] == "false") return directory::WhichCalls::all;
  if (query["missed"] == "true") return directory::WhichCalls::missed;
  return std::nullopt;
}

/// "sso.univ.ac.id" of "https://sso.univ.ac.id:8443/realms/dering".
std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of(":/"));
}

/// "/phone" of "https://www.example/phone".
std::string prefix_of(std::string_view base) {
  const std::size_t host = base.find("://");
  const std::size_t path = host == base.npos ? host : base.find('/', host + 3);
  return path == base.npos ? std::string() : std::string(base.substr(path));
}

object json_of(const directory::LineQuality::Way& way) {
  return {{"packets", way.packets},
          {"lost", way.lost},
          {"late", way.late},
          {"jitter_ms", static_cast<double>(way.jitter) / 1000},
          {"mos", static_cast<double>(way.mos) / 100}};
}

value level_of(const directory::LineQuality& quality) {
  if (quality.level == 0) return nullptr;
  return -static_cast<std::int64_t>(quality.level);
}

/// Null where nobody could tell.
value json_of(const directory::LineQuality& quality) {
  if (!quality.is_known()) return nullptr;
  return object{{"codec", quality.codec},
                {"from_phone", json_of(quality.from_phone)},
                {"to_phone", json_of(quality.to_phone)},
                {"round_trip_ms", quality.round_trip},
                {"media", quality.media},
                {"level_dbfs", level_of(quality)}};
}

/// Null for nobody.
value json_of_extension(const std::string& extension, const Exchange& exchange) {
  if (extension.empty()) return nullptr;
  const directory::User* known = exchange.directory->by_extension(extension);
  return object{{"extension", extension}, {"name", known ? known->display_name : ""}};
}

/// As far as who asks may know.
array json_of_stays(const KeptCall& call, const Exchange& exchange) {
  array stays;
  for (const directory::SeenStay& stay : seen_stays(exchange.user->extension, call.record)) {
    const std::string& outcome = stay.outcome;
    stays.push_back(object{{"person", json_of_extension(stay.person, exchange)},
                           {"role", stay.role},
                           {"why", stay.why},
                           {"from", stay.from},
                           {"to", stay.to},
                           {"outcome", outcome.empty() ? value() : value(outcome)},
                           {"talked", stay.has_talked},
                           {"brought_by", json_of_extension(stay.brought_by, exchange)},
                           {"sent_by", json_of_extension(stay.sent_by, exchange)},
                           {"sent_to", json_of_extension(stay.sent_to, exchange)}});
  }
  return stays;
}

object json_of(const KeptCall& call, const Exchange& exchange) {
  const directory::SeenCall seen = seen_by(exchange.user->extension, call.record);
  const directory::User* known = exchange.directory->by_extension(seen.peer);
  return {{"id", std::to_string(call.id)},
          {"direction", seen.is_outgoing ? "out" : "in"},
          {"peer", seen.peer},
          {"peer_name", known ? known->display_name : ""},
          {"started_at", seen.started_at},
          {"duration_ms", seen.duration_ms},
          {"outcome", seen.outcome},
          {"missed", is_missed(seen)},
          {"transferred", seen.is_transferred},
          {"forwarded_by", json_of_extension(seen.forwarded_by, exchange)},
          {"forwarded_to", json_of_extension(seen.forwarded_to, exchange)},
          {"stays", json_of_stays(call, exchange)},
          {"quality", json_of(seen.quality)}};
}

}  // namespace

/// The page can't read why its WebSocket was refused. So it says here which origin it has, and is
/// told before it tries.
Answer PhoneApi::foreign_page(const Exchange& exchange) const {
  const auto query = Form::parse(exchange.request.query);
  if (!query || !query->has("origin")) return std::nullopt;
  const std::string& origin = (*query)["origin"];
  if (std::ranges::find(settings_.websocket_origins, origin) != settings_.websocket_origins.end()) {
    return std::nullopt;
  }
  return problem(403, fmt::format("This server does not know the page {}. If this is where people "
                                  "reach it, [public] origins has to say so.",
                                  log::shown(origin)));
}

/// Those of the configuration first, in its order: the built-in provider is the way in when they
/// are down.
Answer PhoneApi::config(const Exchange& exchange) const {
  if (auto refused = foreign_page(exchange)) return refused;
  array issuers;
  for (const ExternalIssuer& issuer : settings_.issuers) {
    issuers.push_back({{"authority", issuer.url},
                       {"client_id", issuer.client_id},
                       {"label", issuer.label.empty() ? host_of(issuer.url) : issuer.label},
                       {"kind", "external"}});
  }
  if (settings_.has_built_in) {
    issuers.push_back({{"authority", oidc::issuer_at(exchange.request.origin)},
                       {"client_id", oidc::web_client},
                       {"label", settings_.organisation.name_or_ours()},
                       {"kind", "built-in"}});
  }
  const std::string_view audience =
      settings_.issuers.empty() ? oidc::audience : settings_.issuers.front().audience;
  return json_response(serialize(object{
      {"issuers", std::move(issuers)},
      {"sip",
       {{"websocket", prefix_of(exchange.request.origin) + "/ws/sip"},
        {"domain", settings_.realm}}},
      {"audience", audience},
      {"embed_origins", array(settings_.embed_origins.begin(), settings_.embed_origins.end())},
      {"organisation",
       {{"name", settings_.organisation.name}, {"logo", settings_.organisation.logo}}},
      {"version", DERING_VERSION}}));
}

Answer PhoneApi::me(const Exchange& exchange) const {
  const directory::User& user = *exchange.user;
  array roles;
  for (const identity::Role role : exchange.claims.roles.allowed()) {
    roles.push_back(boost::json::value(name_of(role)));
  }
  return json_response(
      serialize(object{{"extension", user.extension},
                       {"name", user.display_name},
                       {"username", user.username},
                       {"unit", user.unit},
                       {"sip_uri", "sip:" + user.extension + "@" + settings_.realm},
                       {"roles", std::move(roles)},
                       {"issuer", user.issuer}}));
}

/// The page keeps what it has in memory and asks whether it is still right (RFC 9110 §13.1.2): the
/// whole directory of a university is half a megabyte.
Answer PhoneApi::directory(const Exchange& exchange) {
  const DirectoryPage& page = hub_.directory_page();
  const bool is_packed = is_worth_packing(exchange.request, page.json.size());
  const net::Coding coding = is_packed ? net::Coding::gzip : net::Coding::identity;
  const std::string etag = net::etag_in(coding, page.etag);
  HttpResponse response{304, {{"Cache-Control", "no-store"}}, ""};
  if (!net::has_representation(exchange.request.fields, etag)) {
    response = json_response(is_packed ? hub_.packed_directory_page().gzip : page.json);
    if (is_packed) response.fields.emplace_back("Content-Encoding", net::name_of(coding));
  }
  response.fields.emplace_back("ETag", etag);
  response.fields.emplace_back("Vary", "Accept-Encoding");
  return response;
}

Answer PhoneApi::events(const Exchange& exchange) {
  if (hub_.is_full()) {
    net::HttpResponse full = problem(503, "Too many event streams are open.");
    full.fields.emplace_back("Retry-After", "5");
    return full;
  }
  hub_.open(exchange.claims, exchange.reply->open_event_stream(),
            UnixSeconds(exchange.claims.expires_at) + stream_grace);
  pickups_.tell(*exchange.user);
  return std::nullopt;
}

Answer PhoneApi::calls(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const auto before =
      number_in(*query, "before", std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  const auto limit = number_in(*query, "limit", usual_page);
  if (!before || !limit || *limit == 0 || *limit > largest_page) {
    return problem(400, "before is the id of a call, limit a number from 1 to 100.");
  }
  const auto which = calls_in(*query);
  if (!which) return problem(400, "missed is true or false.");
  const auto calls = records_.calls_of(exchange.user->extension, *before, *limit, *which);
  if (!calls) {
    store_line_.error(instant_of(exchange.now), "history: {}", calls.error());
    return problem(500, "The history can't be read.");
  }
  array list;
  for (const KeptCall& call : *calls) list.push_back(json_of(call, exchange));
  return open_json_response(exchange.request, serialize(object{{"calls", std::move(list)}}));
}

}  // namespace dering::api
