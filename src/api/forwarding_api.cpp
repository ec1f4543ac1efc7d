// SPDX-License-Identifier: Apache-2.0
#include "api/forwarding_api.h"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "api/form.h"
#include "api/gate.h"
#include "api/json_body.h"
#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

using boost::json::object;
using directory::Forwarding;
using directory::ForwardingCase;
using directory::ForwardingChange;
using directory::User;
using net::HttpResponse;

constexpr std::array cases{ForwardingCase::always, ForwardingCase::busy, ForwardingCase::no_answer,
                           ForwardingCase::unreachable};
constexpr unsigned most_changes = 30;
constexpr std::chrono::seconds change_time{5};

object json_of(std::string_view extension, const Forwarding& forwarding) {
  object json{{"extension", extension}};
  for (const ForwardingCase when : cases) {
    const std::string& target = forwarding.target(when);
    json[name_of(when)] =
        target.empty() ? boost::json::value() : boost::json::value(std::string_view(target));
  }
  json["ring_seconds"] = forwarding.ring_seconds;
  json["do_not_disturb"] = forwarding.do_not_disturb;
  json["pickup_notices"] = forwarding.pickup_notices;
  return json;
}

HttpResponse not_there() {
  return problem(404, "There is no such extension.");
}

HttpResponse unreadable() {
  return problem(422,
                 "always, busy, no_answer and unreachable are an extension as text or null, "
                 "ring_seconds is a number, do_not_disturb and pickup_notices true or false, "
                 "extension a text; nothing else is known.");
}

/// False if it is not named so, or is something else.
bool take_target(std::string_view name, const boost::json::value& value, ForwardingChange& change) {
  for (const ForwardingCase when : cases) {
    if (name != name_of(when)) continue;
    if (value.is_null()) change.target(when) = "";
    if (value.is_string()) change.target(when) = std::string(value.get_string());
    return value.is_null() || value.is_string();
  }
  return false;
}

bool take_other(std::string_view name, const boost::json::value& value, ForwardingChange& change) {
  if (name == "do_not_disturb" && value.is_bool()) {
    change.do_not_disturb = value.get_bool();
    return true;
  }
  if (name == "pickup_notices" && value.is_bool()) {
    change.pickup_notices = value.get_bool();
    return true;
  }
  if (name != "ring_seconds" || !value.is_int64()) return false;
  // What is no time at all is refused with those that are too long.
  const std::int64_t seconds = value.get_int64();
  const bool is_time = seconds > 0 && seconds <= directory::longest_ring_seconds;
  change.ring_seconds = is_time ? static_cast<unsigned>(seconds) : 0;
  return true;
}

struct Wish {
  std::string extension;  ///< empty: one's own
  ForwardingChange change;
};

std::expected<Wish, HttpResponse> wish_in(const net::HttpRequest& request) {
  auto body = json_body(request);
  if (!body) return std::unexpected(std::move(body.error()));
  Wish wish;
  for (const auto& [name, value] : *body) {
    if (name == "extension" && value.is_string()) {
      wish.extension = std::string(value.get_string());
    } else if (!take_target(name, value, wish.change) && !take_other(name, value, wish.change)) {
      return std::unexpected(unreadable());
    }
  }
  return wish;
}

HttpResponse answer_to(directory::ForwardingFault fault) {
  switch (fault) {
    case directory::ForwardingFault::own_number:
      return problem(409, "Calls to an extension can't go on to the same extension.");
    case directory::ForwardingFault::unknown_number:
      return problem(409, "Nobody here has that extension.");
    case directory::ForwardingFault::ring_time:
      return problem(422, "Phones ring for 5 to 120 seconds.");
  }
  return unreadable();
}

/// Somebody who has calls: not who asks through the admin socket without saying for whom.
const User* callee_at(const Exchange& exchange, std::string_view extension) {
  const User* owner = owner_at(exchange, extension);
  return owner && !owner->extension.empty() ? owner : nullptr;
}

}  // namespace

ForwardingApi::ForwardingApi(directory::Forwardings& forwardings, EventHub& hub, Random& random)
    : forwardings_(forwardings),
      hub_(hub),
      changes_({.burst = most_changes, .each = change_time}, random) {}

Answer ForwardingApi::show(const Exchange& exchange) const {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const User* owner = callee_at(exchange, (*query)["extension"]);
  if (!owner) return not_there();
  return json_response(serialize(json_of(owner->extension, forwardings_.of(owner->extension))));
}

Answer ForwardingApi::change(const Exchange& exchange) {
  const auto wish = wish_in(exchange.request);
  if (!wish) return wish.error();
  const User* owner = callee_at(exchange, wish->extension);
  if (!owner) return not_there();
  const auto fault = directory::fault_of(wish->change, owner->extension, *exchange.directory);
  if (fault) return answer_to(*fault);
  const auto wait =
      changes_.try_spend(std::to_string(exchange.user->id.value), instant_of(exchange.now));
  if (wait) return too_many("Too many changes. Wait a minute.", *wait);
  const Forwarding now = forwardings_.change(owner->extension, wish->change);
  log::info("audit: {}: forwarding of extension {} is {}", who_asks(exchange), owner->extension,
            serialize(json_of(owner->extension, now)));
  return json_response(serialize(json_of(owner->extension, now)));
}

void ForwardingApi::on_changed(const directory::ForwardingChanged& changed) {
  hub_.send_to(changed.extension, "forwarding",
               serialize(json_of(changed.extension, changed.forwarding)));
}

}  // namespace dering::api
