// SPDX-License-Identifier: Apache-2.0
#include "routing/outbound.h"

#include <algorithm>
#include <string>
#include <utility>

namespace dering::routing {
namespace {

Plan::Who who_of(const Trail& trail) {
  const Request& request = trail.request;
  const std::string_view number = request.forwarder.empty() ? request.caller : request.forwarder;
  if (const directory::User* user = trail.directory.by_extension(number)) {
    return {.person = user->extension, .unit = user->unit};
  }
  if (const Extension* extension = trail.plan.extension(number)) {
    return {.extension = extension->number};
  }
  return {};
}

std::string_view number_of(const Plan::Who& who) {
  return who.person.empty() ? who.extension : who.person;
}

/// The class of whoever calls, with the step that says whence it comes.
const PermissionClass* class_of(const Plan::Who& who, Trail& trail) {
  const auto found = trail.plan.class_of(who);
  if (!found.entry) {
    trail.note(Step::Why::no_class,
               trail.request.forwarder.empty() ? trail.request.caller : trail.request.forwarder);
    return nullptr;
  }
  switch (found.by) {
    case Plan::By::person:
      trail.note(Step::Why::class_of_person, found.entry->id, who.person);
      break;
    case Plan::By::unit:
      trail.note(Step::Why::class_of_unit, found.entry->id, who.unit);
      break;
    case Plan::By::extension:
      trail.note(Step::Why::class_of_extension, found.entry->id, who.extension);
      break;
    case Plan::By::everybody:
      trail.note(Step::Why::class_of_everybody, found.entry->id, number_of(who));
      break;
  }
  return found.entry;
}

bool has_route(const PermissionClass& permissions, const OutboundRoute& route) {
  for (const std::string& one : permissions.routes) {
    if (one == route.id) return true;
  }
  return false;
}

bool has_country(const PermissionClass& permissions, const Abroad& abroad) {
  for (const std::string& country : permissions.countries) {
    if (country == all_countries) return true;
    if (!abroad.digits.empty() && abroad.digits.starts_with(country)) return true;
  }
  return false;
}

/// What becomes of a number by a rule. It is judged at each stage, so that no strip or prepend
/// makes a call abroad of what looked like another.
struct Rewritten {
  std::string_view dialled;
  std::string stripped;
  std::string number;
};
Rewritten rewritten(const Plan::Rule& rule) {
  const std::string_view form = rule.form;
  std::string stripped(form.substr(std::min<std::size_t>(rule.pattern->strip, form.size())));
  std::string number = rule.pattern->prepend + stripped;
  return {form, std::move(stripped), std::move(number)};
}

bool may_go_abroad(const Rewritten& numbers, const PermissionClass& permissions, Trail& trail) {
  const std::string_view stages[] = {numbers.stripped, numbers.number};
  bool is_told = false;
  for (const std::string_view stage : stages) {
    const Abroad found = abroad(stage, trail.plan.numbering());
    if (!found.is_abroad) continue;
    const std::string_view shown = found.digits.empty() ? stage : std::string_view(found.digits);
    if (!has_country(permissions, found)) {
      trail.note(Step::Why::country_denied, permissions.id, shown);
      return false;
    }
    if (!std::exchange(is_told, true)) {
      trail.note(Step::Why::country_allowed, permissions.id, shown);
    }
  }
  return true;
}

/// What the called party sees: a number, or nothing with the step that says so.
struct Shown {
  std::string number{};
  bool is_withheld = false;
};
Shown shown_of(const Plan::Who& who, bool shows_extension, Trail& trail) {
  const std::string own(number_of(who));
  if (trail.request.is_withheld) {
    trail.note(Step::Why::withholds);
    return {{}, true};
  }
  const auto found = trail.plan.caller_id_of(who);
  if (shows_extension || !found.entry) {
    if (shows_extension && !own.empty()) trail.note(Step::Why::shows_own, {}, own);
    return {shows_extension ? own : std::string()};
  }
  const CallerIdRule& rule = *found.entry;
  if (rule.shows == CallerIdRule::Shows::withheld) {
    trail.note(Step::Why::withholds);
    return {{}, true};
  }
  const bool is_own = rule.shows == CallerIdRule::Shows::own;
  std::string number = is_own ? rule.number + own : rule.number;
  trail.note(is_own ? Step::Why::shows_own : Step::Why::shows_number, rule.id, number);
  return {std::move(number)};
}

std::vector<Way> ways_by(const std::vector<std::string>& trunks, std::string_view number,
                         const Shown& shown, Trail& trail) {
  std::vector<Way> ways;
  for (const std::string& id : trunks) {
    const Trunk* trunk = trail.plan.trunk(id);
    if (!trunk) continue;
    const Numbering& numbering = trail.plan.numbering();
    ways.push_back({id, written(number, trunk->numbers, numbering),
                    written(shown.number, trunk->numbers, numbering)});
    trail.note(Step::Why::trunk, id, ways.back().number);
  }
  if (ways.empty()) trail.note(Step::Why::no_trunk);
  return ways;
}

Decision emergency_call(const std::string& number, Trail& trail) {
  const Emergency& plan = trail.plan.draft().emergency;
  trail.note(Step::Why::emergency, number);
  Outside outside{.ways = {}, .route = {}, .is_emergency = true};
  const auto who = who_of(trail);
  const auto rule = trail.plan.caller_id_of(who);
  Shown shown;
  // Who helps has to know where: nobody withholds their number here.
  if (rule.entry && rule.entry->shows != CallerIdRule::Shows::withheld) {
    const bool is_own = rule.entry->shows == CallerIdRule::Shows::own;
    shown.number = is_own ? rule.entry->number + std::string(number_of(who)) : rule.entry->number;
  }
  if (shown.number.empty()) shown.number = plan.caller_id;
  if (!shown.number.empty()) {
    trail.note(Step::Why::shows_number, rule.entry ? rule.entry->id : "emergency", shown.number);
  }
  for (const std::string& id : plan.trunks) {
    const Trunk* trunk = trail.plan.trunk(id);
    if (!trunk) continue;
    outside.ways.push_back(
        {id, number, written(shown.number, trunk->numbers, trail.plan.numbering())});
    trail.note(Step::Why::trunk, id, number);
  }
  if (!outside.ways.empty()) return trail.lead(std::move(outside));
  trail.note(Step::Why::no_trunk);
  return trail.end(End::Why::unknown_number);
}

/// Whose rights and whose number an outside call has.
struct Rights {
  const PermissionClass* permissions = nullptr;
  Plan::Who who;
};

Decision by_rule(const Plan::Rule& rule, const Rights& rights, Trail& trail) {
  const Rewritten numbers = rewritten(rule);
  if (numbers.number != numbers.dialled) {
    trail.note(Step::Why::rewritten, numbers.dialled, numbers.number);
  }
  if (!has_route(*rights.permissions, *rule.route)) {
    trail.note(Step::Why::may_not_call, rights.permissions->id, rule.route->id);
    return trail.end(End::Why::not_permitted);
  }
  trail.note(Step::Why::may_call, rights.permissions->id, rule.route->id);
  if (!may_go_abroad(numbers, *rights.permissions, trail)) {
    return trail.end(End::Why::not_permitted);
  }
  const Shown shown = shown_of(rights.who, rule.route->shows_extension, trail);
  Outside outside{.ways = ways_by(rule.route->trunks, numbers.number, shown, trail),
                  .route = rule.route->id,
                  .is_withheld = shown.is_withheld};
  if (outside.ways.empty()) return trail.end(End::Why::unknown_number);
  return trail.lead(std::move(outside));
}

/// The rule for a number that was dialled; nothing with the step that says why.
std::optional<Plan::Rule> rule_for(std::string_view number, const std::vector<std::string>& forms,
                                   Trail& trail) {
  const Plan::Rule rule = trail.plan.outbound(forms);
  if (!rule.route) {
    trail.note(Step::Why::no_pattern, number);
    return std::nullopt;
  }
  trail.note(Step::Why::pattern, rule.route->id, rule.pattern->match);
  return rule;
}

}  // namespace

std::optional<Decision> emergency(std::string_view dialled, Trail& trail) {
  const auto number = cleaned_digits(dialled);
  if (!number || !trail.plan.is_emergency(*number)) return std::nullopt;
  return emergency_call(*number, trail);
}

Decision outbound(std::string_view dialled, Trail& trail) {
  const auto number = cleaned(dialled);
  if (!number) {
    trail.note(Step::Why::not_a_number, dialled.substr(0, longest_number));
    return trail.end(End::Why::unknown_number);
  }
  const auto forms = forms_of(*number, trail.plan.numbering());
  if (forms.back() != dialled) trail.note(Step::Why::read_as, dialled, forms.back());
  const auto rule = rule_for(*number, forms, trail);
  if (!rule) return trail.end(End::Why::unknown_number);
  // "9" for the outside and 112 behind it: help is not held up by a habit.
  if (const Rewritten numbers = rewritten(*rule); trail.plan.is_emergency(numbers.number)) {
    return emergency_call(numbers.number, trail);
  }
  Rights rights{.permissions = nullptr, .who = who_of(trail)};
  if (!trail.request.forwarder.empty()) trail.note(Step::Why::forwarder, trail.request.forwarder);
  rights.permissions = class_of(rights.who, trail);
  if (!rights.permissions) return trail.end(End::Why::not_permitted);
  return by_rule(*rule, rights, trail);
}

Decision outbound_by_rule(const Target& target, Trail& trail) {
  const auto number = cleaned(target.value);
  if (!number) {
    trail.note(Step::Why::not_a_number, target.value);
    return trail.end(End::Why::unknown_number);
  }
  const auto forms = forms_of(*number, trail.plan.numbering());
  const auto rule = rule_for(*number, forms, trail);
  if (!rule) return trail.end(End::Why::unknown_number);
  const PermissionClass* permissions = trail.plan.permission_class(target.permission_class);
  if (!permissions) {
    trail.note(Step::Why::no_class, target.value);
    return trail.end(End::Why::not_permitted);
  }
  trail.note(Step::Why::class_of_rule, permissions->id);
  return by_rule(*rule, {permissions, {}}, trail);
}

}  // namespace dering::routing
