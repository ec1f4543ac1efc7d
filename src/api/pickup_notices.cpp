// SPDX-License-Identifier: Apache-2.0
#include "api/pickup_notices.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace dering::api {
namespace {

using boost::json::object;
using boost::json::value;
using directory::User;

constexpr std::string_view event_name = "pickup";

std::string ends_at(std::string_view extension) {
  return serialize(object{{"extension", extension}, {"rings", false}, {"caller", nullptr}});
}

/// `caller`: empty for who hides.
std::string rings_at(std::string_view extension, std::string_view caller,
                     const directory::Directory& directory) {
  object event{{"extension", extension}, {"rings", true}, {"caller", nullptr}};
  if (!caller.empty()) {
    const User* known = directory.by_extension(caller);
    event["caller"] = object{{"extension", caller}, {"name", known ? known->display_name : ""}};
  }
  return serialize(event);
}

}  // namespace

void PickupNotices::on_ringing(const directory::RingingChanged& change) {
  const std::string& extension = change.extension;
  const auto directory = hub_.directory();
  const User* callee = directory->by_extension(extension);
  if (!change.rings && callers_.erase(extension) == 0) return;
  if (!callee) return;
  if (change.rings) callers_.insert_or_assign(extension, change.caller);
  if (!change.rings) {
    // Whoever has switched it off meanwhile shall not keep one.
    const auto may_know = [&](const User& user) { return may_pick_up(user, *callee); };
    return hub_.send_where(may_know, event_name, ends_at(extension));
  }
  const auto is_theirs = [&](const User& user) { return is_meant(user, *callee); };
  hub_.send_where(is_theirs, event_name, rings_at(extension, change.caller, *directory));
}

void PickupNotices::tell(const User& user) const {
  const auto directory = hub_.directory();
  for (const auto& [extension, caller] : callers_) {
    const User* callee = directory->by_extension(extension);
    if (!callee || !is_meant(user, *callee)) continue;
    hub_.send_to(user.extension, event_name, rings_at(extension, caller, *directory));
  }
}

bool PickupNotices::is_meant(const User& user, const User& callee) const {
  return user.extension != callee.extension && may_pick_up(user, callee) &&
         forwardings_.of(user.extension).pickup_notices;
}

}  // namespace dering::api
