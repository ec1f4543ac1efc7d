// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text_hash.h"
#include "routing/document/judge.h"

namespace dering::routing {
namespace {

using Names = std::unordered_set<std::string_view>;

/// The names of a section's entries; each that is there twice is told.
template <typename Entry>
Names names_in(std::string_view section, const std::vector<Entry>& entries,
               std::string Entry::* name, Faults& faults) {
  Names names;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string& one = entries[i].*name;
    if (one.empty() || names.insert(one).second) continue;
    faults.add(Fault::Code::duplicate, fmt::format("/{}/{}", section, i),
               fmt::format("There is \"{}\" already in \"{}\".", one, section));
  }
  return names;
}

/// What may be referred to.
struct Known {
  Names trunks, routes, classes, groups, schedules, extensions, people, units;
};

void refer(const std::string& name, const Names& names, const std::string& path, Faults& faults) {
  if (name.empty() || names.contains(name)) return;
  faults.add(Fault::Code::dangling, path, fmt::format("There is no \"{}\".", name));
}
void refer(const std::vector<std::string>& list, const Names& names, const std::string& path,
           Faults& faults) {
  Names seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    refer(list[i], names, fmt::format("{}/{}", path, i), faults);
    if (seen.insert(list[i]).second) continue;
    faults.add(Fault::Code::duplicate, fmt::format("{}/{}", path, i),
               fmt::format("\"{}\" stands in this list already.", list[i]));
  }
}

void refer(const Target& target, const Known& known, const std::string& path, Faults& faults) {
  using Kind = Target::Kind;
  if (target.kind == Kind::person) refer(target.value, known.people, path + "/person", faults);
  if (target.kind == Kind::extension) {
    refer(target.value, known.extensions, path + "/extension", faults);
  }
  if (target.kind == Kind::group) refer(target.value, known.groups, path + "/group", faults);
  if (target.kind == Kind::outside) {
    refer(target.permission_class, known.classes, path + "/class", faults);
  }
}
void refer(const Members& members, const Known& known, const std::string& path, Faults& faults) {
  refer(members.people, known.people, path + "/people", faults);
  refer(members.units, known.units, path + "/units", faults);
  refer(members.extensions, known.extensions, path + "/extensions", faults);
}

/// Nobody may be in two entries that say different things.
template <typename Entry>
void judge_memberships(std::string_view section, const std::vector<Entry>& entries,
                       Faults& faults) {
  Names people, units, extensions;
  const auto enter = [&](const std::vector<std::string>& list, Names& names, std::string path) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (names.insert(list[i]).second) continue;
      faults.add(Fault::Code::ambiguous, fmt::format("{}/{}", path, i),
                 fmt::format("\"{}\" stands elsewhere in \"{}\" already.", list[i], section));
    }
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Members& members = entries[i].members;
    enter(members.people, people, fmt::format("/{}/{}/people", section, i));
    enter(members.units, units, fmt::format("/{}/{}/units", section, i));
    enter(members.extensions, extensions, fmt::format("/{}/{}/extensions", section, i));
  }
}

Known known_of(const Case& it) {
  const Draft& draft = it.draft;
  Known known;
  known.trunks = names_in("trunks", draft.trunks, &Trunk::id, it.faults);
  known.routes = names_in("outbound", draft.outbound, &OutboundRoute::id, it.faults);
  known.classes = names_in("classes", draft.classes, &PermissionClass::id, it.faults);
  known.groups = names_in("groups", draft.groups, &RingGroup::id, it.faults);
  known.schedules = names_in("schedules", draft.schedules, &Schedule::id, it.faults);
  known.extensions = names_in("extensions", draft.extensions, &Extension::number, it.faults);
  names_in("inbound", draft.inbound, &InboundRoute::id, it.faults);
  names_in("caller_ids", draft.caller_ids, &CallerIdRule::id, it.faults);
  names_in("pickup_groups", draft.pickup_groups, &PickupGroup::id, it.faults);
  names_in("contacts", draft.contacts, &Contact::number, it.faults);
  for (const directory::User& user : it.directory.users()) {
    known.people.insert(user.extension);
    known.units.insert(user.unit);
  }
  return known;
}

void refer_routes(const Case& it, const Known& known) {
  Faults& faults = it.faults;
  for (std::size_t i = 0; i < it.draft.inbound.size(); ++i) {
    const InboundRoute& route = it.draft.inbound[i];
    const std::string path = fmt::format("/inbound/{}", i);
    refer(route.trunks, known.trunks, path + "/trunks", faults);
    refer(route.schedule, known.schedules, path + "/schedule", faults);
    refer(route.to, known, path + "/to", faults);
    refer(route.closed, known, path + "/closed", faults);
  }
  for (std::size_t i = 0; i < it.draft.outbound.size(); ++i) {
    refer(it.draft.outbound[i].trunks, known.trunks, fmt::format("/outbound/{}/trunks", i), faults);
  }
}

void refer_people(const Case& it, const Known& known) {
  const Draft& draft = it.draft;
  for (std::size_t i = 0; i < draft.classes.size(); ++i) {
    const std::string path = fmt::format("/classes/{}", i);
    refer(draft.classes[i].routes, known.routes, path + "/routes", it.faults);
    refer(draft.classes[i].members, known, path, it.faults);
  }
  for (std::size_t i = 0; i < draft.caller_ids.size(); ++i) {
    refer(draft.caller_ids[i].members, known, fmt::format("/caller_ids/{}", i), it.faults);
  }
  for (std::size_t i = 0; i < draft.pickup_groups.size(); ++i) {
    refer(draft.pickup_groups[i].members, known, fmt::format("/pickup_groups/{}", i), it.faults);
  }
  for (std::size_t i = 0; i < draft.groups.size(); ++i) {
    const RingGroup& group = draft.groups[i];
    for (std::size_t j = 0; j < group.members.size(); ++j) {
      refer(group.members[j], known, fmt::format("/groups/{}/members/{}", i, j), it.faults);
    }
    refer(group.then, known, fmt::format("/groups/{}/then", i), it.faults);
  }
}

}  // namespace

void judge_names(const Case& it) {
  const Known known = known_of(it);
  refer_routes(it, known);
  refer_people(it, known);
  refer(it.draft.emergency.trunks, known.trunks, "/emergency/trunks", it.faults);
  refer(it.draft.default_class, known.classes, "/default_class", it.faults);
  judge_memberships("classes", it.draft.classes, it.faults);
  judge_memberships("caller_ids", it.draft.caller_ids, it.faults);
  const auto is_for_all = [](const CallerIdRule& rule) { return rule.members.is_empty(); };
  if (std::ranges::count_if(it.draft.caller_ids, is_for_all) > 1) {
    it.faults.add(Fault::Code::ambiguous, "/caller_ids",
                  "Only one caller id rule can be without members, for everybody else.");
  }
}

}  // namespace dering::routing
