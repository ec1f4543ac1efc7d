// SPDX-License-Identifier: Apache-2.0
#include "routing/inbound.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "routing/outbound.h"

namespace dering::routing {
namespace {

std::vector<std::string> forms_in(std::string_view number, const Numbering& numbering) {
  const auto clean = cleaned(number);
  return clean ? forms_of(*clean, numbering) : std::vector<std::string>();
}

/// A member that may be called now; nothing with the step that says why not.
void add_member(const Target& target, Group& group, Trail& trail) {
  Decision decision = lead_to(target, trail);
  trail.steps = std::move(decision.steps);
  if (auto* person = std::get_if<Person>(&decision.destination)) {
    group.members.emplace_back(std::move(*person));
  } else if (auto* telephone = std::get_if<Telephone>(&decision.destination)) {
    group.members.emplace_back(std::move(*telephone));
  } else if (auto* outside = std::get_if<Outside>(&decision.destination)) {
    group.members.emplace_back(std::move(*outside));
  }
}

Decision gone(const std::string& whom, Trail& trail) {
  trail.note(Step::Why::not_there, whom);
  return trail.end(End::Why::unknown_number);
}

/// To whoever has the last digits of the called number.
Decision lead_to_dialled(std::size_t digits, Trail& trail) {
  const std::string number = cleaned(trail.request.dialled).value_or("");
  if (number.size() < digits) return gone(number, trail);
  const std::string extension = number.substr(number.size() - digits);
  if (trail.directory.by_extension(extension)) {
    return lead_to(Target{Target::Kind::person, extension}, trail);
  }
  if (const RingGroup* group = trail.plan.group_by_number(extension)) return lead_to(*group, trail);
  return lead_to(Target{Target::Kind::extension, extension}, trail);
}

/// Where the route leads by its schedule.
const Target& target_of(const InboundRoute& route, std::chrono::sys_seconds at, Trail& trail) {
  if (route.schedule.empty()) return route.to;
  const auto openness = trail.plan.openness(route.schedule, at);
  if (!openness) {
    trail.note(Step::Why::not_there, route.schedule);
    return route.closed;
  }
  if (openness->is_open) {
    trail.note(Step::Why::open, route.schedule, openness->local);
    return route.to;
  }
  if (openness->holiday) {
    trail.note(Step::Why::holiday, route.schedule,
               openness->local + ", " + openness->holiday->name);
  } else {
    trail.note(Step::Why::outside_hours, route.schedule, openness->local);
  }
  return route.closed;
}

}  // namespace

Decision lead_to(const RingGroup& group, Trail& trail) {
  trail.note(Step::Why::group, group.number.empty() ? group.id : group.number,
             group.name.empty() ? group.id : group.name);
  Group destination{group.id, group.order, group.ring_seconds, {}, group.then};
  for (const Target& member : group.members) add_member(member, destination, trail);
  return trail.lead(std::move(destination));
}

Decision lead_to(const Target& target, Trail& trail) {
  switch (target.kind) {
    case Target::Kind::person: {
      const directory::User* user = trail.directory.by_extension(target.value);
      if (!user) return gone(target.value, trail);
      trail.note(Step::Why::person, user->extension, user->display_name);
      return trail.lead(Person{user->extension});
    }
    case Target::Kind::extension: {
      const Extension* extension = trail.plan.extension(target.value);
      if (!extension) return gone(target.value, trail);
      trail.note(Step::Why::extension, extension->number, extension->name);
      return trail.lead(Telephone{extension->number});
    }
    case Target::Kind::group: {
      const RingGroup* group = trail.plan.group(target.value);
      return group ? lead_to(*group, trail) : gone(target.value, trail);
    }
    case Target::Kind::outside:
      return outbound_by_rule(target, trail);
    case Target::Kind::dialled:
      return lead_to_dialled(to_number<std::uint32_t>(target.value).value_or(0), trail);
    case Target::Kind::echo:
      trail.note(Step::Why::echo, "This");
      return trail.lead(Echo{});
    case Target::Kind::none:
    case Target::Kind::closed:
      break;
  }
  trail.note(Step::Why::closed);
  return trail.end(End::Why::closed);
}

Decision inbound(Trail& trail, std::chrono::sys_seconds at) {
  const Request& request = trail.request;
  if (!trail.plan.trunk(request.trunk)) {
    trail.note(Step::Why::unknown_trunk, request.trunk);
    return trail.end(End::Why::unknown_number);
  }
  const std::string_view shown = request.dialled.substr(0, longest_number);
  trail.note(Step::Why::came_in, request.trunk, shown);
  const auto called = forms_in(request.dialled, trail.plan.numbering());
  const auto caller = request.is_withheld ? std::vector<std::string>()
                                          : forms_in(request.caller, trail.plan.numbering());
  const InboundRoute* route = trail.plan.inbound({request.trunk, called, caller});
  if (!route) {
    trail.note(Step::Why::no_inbound, shown);
    return trail.end(End::Why::unknown_number);
  }
  trail.note(Step::Why::inbound, route->id);
  return lead_to(target_of(*route, at, trail), trail);
}

}  // namespace dering::routing
