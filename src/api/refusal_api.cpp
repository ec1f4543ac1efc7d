// SPDX-License-Identifier: Apache-2.0
#include "api/refusal_api.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <utility>

#include "api/form.h"
#include "api/response.h"
#include "base/log.h"
#include "base/text.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;
using refusal::Kept;
using refusal::Refusal;
using refusal::What;

constexpr unsigned most_lines = 20;  ///< a second
constexpr std::size_t usual_page = 200;
constexpr std::size_t largest_page = 1000;

/// What telephones call themselves, by the names that they sign in with.
using Labels = std::map<std::string, std::string, std::less<>>;

object json_of(const Kept& kept, const Labels& labels) {
  const Refusal& refused = kept.refusal;
  object made{{"id", std::to_string(kept.id)},
              {"first_at", kept.first_at.count()},
              {"at", kept.last_at.count()},
              {"count", refused.count},
              {"transport", name_of(refused.transport)},
              {"source", refused.source.ip_text()},
              {"what", name_of(refused.what)},
              {"reason", name_of(refused.reason)},
              {"ban", name_of(kept.ban)},
              {"name", refusal::shown(refused.name)},
              {"extension", kept.person}};
  const auto label = labels.find(refused.name);
  made["note"] = refused.note;
  made["device"] = label == labels.end() ? "" : label->second;
  return made;
}

net::HttpResponse json_of(const std::vector<Kept>& all, const Labels& labels) {
  array list;
  for (const Kept& kept : all) list.push_back(json_of(kept, labels));
  return json_response(serialize(object{{"refusals", std::move(list)}}));
}

/// Not what a telephone does beside its sign-ins and calls: its owner can't help it, and whoever
/// says that name could write on their page.
bool concerns_a_person(refusal::Reason reason) {
  using refusal::Reason;
  switch (reason) {
    case Reason::unknown_dialog:
    case Reason::not_served:
    case Reason::too_large:
    case Reason::too_small:
    case Reason::too_slow:
    case Reason::no_tls:
      return false;
    case Reason::wrong_password:
    case Reason::unknown_name:
    case Reason::bad_token:
    case Reason::foreign_token:
    case Reason::expired_token:
    case Reason::not_allowed:
    case Reason::paused:
    case Reason::unsupported:
    case Reason::foreign_origin:
    case Reason::foreign_host:
    case Reason::foreign_domain:
    case Reason::foreign_dialog:
    case Reason::out_of_order:
    case Reason::too_many:
    case Reason::malformed:
      return true;
  }
  return false;
}

refusal::Transport transport_of(const net::HttpRequest& request) {
  return request.origin.starts_with("https:") ? refusal::Transport::https
                                              : refusal::Transport::http;
}

}  // namespace

void RefusalApi::refuse(const net::HttpRequest& request, UnixSeconds now, const Refused& refused) {
  if (request.door == net::Door::admin_socket) return;
  refuse({.transport = transport_of(request),
          .source = request.peer,
          .name = refusal::claimed(refused.name),
          .what = refused.what,
          .reason = refused.reason,
          .is_proven = true,
          .note = refused.note},
         now);
}

void RefusalApi::refuse(Refusal refused, UnixSeconds now) {
  ++told_;
  refused.is_known_name = !person_of(refused).empty();
  if (auto first = meter_.take(std::move(refused), second_)) take(*std::move(first), now);
}

void RefusalApi::take(Refusal refused, UnixSeconds now) {
  const refusal::Ban ban = ban_for(refused, friends_.has(refused.source, now));
  if (++lines_ <= most_lines) {
    log::write(log::Level::warning, line_of(refused, ban));
  } else {
    unseen_ += refused.count;
  }
  std::string person = person_of(refused);
  book_.keep(std::move(refused), ban, std::move(person), now);
}

/// Only the sign-in form is told names of people; telephones have names of their own, and numbers.
std::string RefusalApi::person_of(const Refusal& refused) const {
  const directory::Directory& directory = *hub_.directory();
  if (refused.name.empty() || !concerns_a_person(refused.reason)) return {};
  if (refused.what == What::sign_in || refused.what == What::api) {
    const auto user = std::ranges::find_if(directory.users(), [&](const directory::User& one) {
      return one.issuer.empty() && equals_ignoring_case(one.username, refused.name);
    });
    return user == directory.users().end() ? std::string() : user->extension;
  }
  if (const auto* device = directory.device(refused.name)) return device->extension;
  const auto* user = directory.by_extension(refused.name);
  return user ? user->extension : std::string();
}

void RefusalApi::on_time(UnixSeconds now) {
  second_ += std::chrono::seconds(1);
  lines_ = 0;
  for (Refusal& refused : meter_.due(second_)) take(std::move(refused), now);
  unseen_ += meter_.take_unseen();
  if (const std::uint64_t unseen = std::exchange(unseen_, 0); unseen > 0) {
    log::warning("refused: count={} more, without a line each", unseen);
  }
  book_.on_time(now);
  friends_.on_time(now);
}

Answer RefusalApi::list(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const bool is_admin = exchange.claims.roles.may(identity::Role::admin);
  if (query->has("scope")) {
    if ((*query)["scope"] != "all") return problem(400, "scope is all.");
    if (!is_admin) {
      refuse(exchange.request, exchange.now,
             {What::api, refusal::Reason::not_allowed, exchange.user->username});
      return problem(403, "Only an administrator sees the refusals of others.");
    }
    return all(exchange, *query);
  }
  const directory::User* owner = exchange.user;
  if (const std::string& extension = (*query)["extension"]; !extension.empty()) {
    owner = exchange.directory->by_extension(extension);
    if (!owner || (owner->id != exchange.user->id && !is_admin)) {
      return problem(404, "There is no such extension.");
    }
  }
  Labels labels;
  if (const auto devices = records_.devices_of(owner->id)) {
    for (const directory::Device& device : *devices) labels[device.username] = device.label;
  }
  return json_of(book_.of(owner->extension), labels);
}

Answer RefusalApi::all(const Exchange&, const Form& query) const {
  const auto number = [&](std::string_view name, std::uint64_t otherwise) {
    return query.has(name) ? to_number<std::uint64_t>(query[name]) : std::optional(otherwise);
  };
  const auto after = number("after", 0);
  const auto since = number("since", 0);
  const auto limit = number("limit", usual_page);
  constexpr std::uint64_t end_of_time = 1ULL << 40U;
  if (!after || !since || *since > end_of_time || !limit || *limit == 0 || *limit > largest_page) {
    return problem(400, "after is an id, since Unix seconds, limit a number from 1 to 1000.");
  }
  return json_of(book_.all(*after, UnixSeconds(*since), *limit), {});
}

}  // namespace dering::api
