// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/plan.h"

#include <algorithm>
#include <utility>

namespace dering::routing {
namespace {

template <typename Entries, typename Key>
auto names_of(const Entries& entries, const Key& key) {
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> names;
  std::uint32_t at = 0;
  for (const auto& entry : entries) {
    const std::string& name = entry.*key;
    if (!name.empty()) names.emplace(name, at);
    ++at;
  }
  return names;
}

template <typename Entries, typename Names>
auto entry_in(const Entries& entries, const Names& names, std::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? nullptr : &entries[found->second];
}

bool matches_any(const Pattern& pattern, const std::vector<std::string>& forms) {
  return std::ranges::any_of(forms, [&](const auto& form) { return pattern.matches(form); });
}

std::optional<Pattern> pattern_of(const std::string& text) {
  const auto pattern = Pattern::parse(text);
  return pattern ? std::optional(*pattern) : std::nullopt;
}

}  // namespace

void Plan::MemberIndex::add(const Members& members, std::uint32_t entry) {
  for (const auto& one : members.people) people.emplace(one, entry);
  for (const auto& one : members.units) units.emplace(one, entry);
  for (const auto& one : members.extensions) extensions.emplace(one, entry);
}

std::optional<std::pair<std::uint32_t, Plan::By>> Plan::MemberIndex::find(const Who& who) const {
  if (const auto at = people.find(who.person); at != people.end()) {
    return std::pair(at->second, By::person);
  }
  if (const auto at = extensions.find(who.extension); at != extensions.end()) {
    return std::pair(at->second, By::extension);
  }
  if (const auto at = units.find(who.unit); at != units.end()) {
    return std::pair(at->second, By::unit);
  }
  if (everybody) return std::pair(*everybody, By::everybody);
  return std::nullopt;
}

Plan::Plan(Draft draft, Codes codes) : draft_(std::move(draft)), codes_(std::move(codes)) {
  trunks_ = names_of(draft_.trunks, &Trunk::id);
  groups_ = names_of(draft_.groups, &RingGroup::id);
  group_numbers_ = names_of(draft_.groups, &RingGroup::number);
  extensions_ = names_of(draft_.extensions, &Extension::number);
  classes_ = names_of(draft_.classes, &PermissionClass::id);
  for (const auto& number : draft_.emergency.numbers) emergency_.emplace(number, 0U);
  for (std::uint32_t i = 0; i < draft_.classes.size(); ++i) {
    class_members_.add(draft_.classes[i].members, i);
  }
  for (std::uint32_t i = 0; i < draft_.caller_ids.size(); ++i) {
    const Members& members = draft_.caller_ids[i].members;
    caller_ids_.add(members, i);
    if (members.is_empty()) caller_ids_.everybody = i;
  }
  schedules_ = names_of(draft_.schedules, &Schedule::id);
  for (const Schedule& schedule : draft_.schedules) zones_.push_back(Zone::named(schedule.zone));
  index_outbound();
  index_inbound();
}

void Plan::index_outbound() {
  for (std::uint32_t route = 0; route < draft_.outbound.size(); ++route) {
    const auto& patterns = draft_.outbound[route].patterns;
    for (std::uint32_t i = 0; i < patterns.size(); ++i) {
      const auto pattern = Pattern::parse(patterns[i].match);
      if (!pattern) continue;
      outbound_.add(*pattern, static_cast<std::uint32_t>(outbound_rules_.size()));
      outbound_rules_.push_back({route, i});
    }
  }
}

void Plan::index_inbound() {
  for (std::uint32_t route = 0; route < draft_.inbound.size(); ++route) {
    const InboundRoute& entry = draft_.inbound[route];
    inbound_rules_.push_back({pattern_of(entry.called), pattern_of(entry.caller)});
    const auto& called = inbound_rules_.back().called;
    if (called) inbound_.add(*called, route);
    if (entry.called.empty()) inbound_any_.push_back(route);
  }
}

const Trunk* Plan::trunk(std::string_view id) const {
  return entry_in(draft_.trunks, trunks_, id);
}
const RingGroup* Plan::group(std::string_view id) const {
  return entry_in(draft_.groups, groups_, id);
}
const RingGroup* Plan::group_by_number(std::string_view number) const {
  return entry_in(draft_.groups, group_numbers_, number);
}
const Extension* Plan::extension(std::string_view number) const {
  return entry_in(draft_.extensions, extensions_, number);
}
const PermissionClass* Plan::permission_class(std::string_view id) const {
  return entry_in(draft_.classes, classes_, id);
}
bool Plan::is_emergency(std::string_view cleaned) const {
  return emergency_.contains(cleaned);
}

bool Plan::is_reserved(std::string_view number) const {
  // Ends are of one length, so text is compared as numbers are.
  return std::ranges::any_of(draft_.reserved, [&](const ReservedRange& range) {
    return number.size() == range.first.size() && range.first <= number && number <= range.last;
  });
}

std::optional<Openness> Plan::openness(std::string_view schedule,
                                       std::chrono::sys_seconds at) const {
  const auto found = schedules_.find(schedule);
  if (found == schedules_.end() || !zones_[found->second]) return std::nullopt;
  return routing::openness(draft_.schedules[found->second], *zones_[found->second], at);
}

Plan::Found<PermissionClass> Plan::class_of(const Who& who) const {
  if (const auto found = class_members_.find(who)) {
    return {&draft_.classes[found->first], found->second};
  }
  return {who.person.empty() ? nullptr : permission_class(draft_.default_class), By::everybody};
}

Plan::Found<CallerIdRule> Plan::caller_id_of(const Who& who) const {
  const auto found = caller_ids_.find(who);
  if (!found) return {};
  return {&draft_.caller_ids[found->first], found->second};
}

Plan::Rule Plan::outbound(const std::vector<std::string>& forms) const {
  Rule found;
  for (const std::string& form : forms) {
    const bool is_found = outbound_.find(form, [&](std::uint32_t index) {
      const OutboundRule& rule = outbound_rules_[index];
      found.route = &draft_.outbound[rule.route];
      found.pattern = &found.route->patterns[rule.pattern];
      found.form = form;
      return true;
    });
    if (is_found) break;
  }
  return found;
}

bool Plan::fits(std::uint32_t route, const Arrival& arrival) const {
  const InboundRoute& entry = draft_.inbound[route];
  if (!entry.trunks.empty() &&
      std::ranges::find(entry.trunks, arrival.trunk) == entry.trunks.end()) {
    return false;
  }
  if (entry.caller.empty()) return true;
  if (entry.caller == withheld_caller) return arrival.caller.empty();
  const auto& caller = inbound_rules_[route].caller;
  return caller && matches_any(*caller, arrival.caller);
}

bool Plan::is_narrower(std::uint32_t one, std::uint32_t other) const {
  const auto rank = [this](std::uint32_t route) {
    const InboundRule& rule = inbound_rules_[route];
    const InboundRoute& entry = draft_.inbound[route];
    // A caller's pattern before none at all, a trunk's name likewise.
    std::string text(1, entry.called.empty() ? 1 : 0);
    text += rule.called ? rule.called->weight() : std::string();
    text += entry.caller.empty() ? '\x7f' : '\0';
    text += rule.caller ? rule.caller->weight() : std::string();
    text += entry.trunks.empty() ? '\1' : '\0';
    return text;
  };
  return rank(one) < rank(other);
}

const InboundRoute* Plan::inbound(const Arrival& arrival) const {
  std::optional<std::uint32_t> best;
  std::string_view found_called;
  const auto consider = [&](std::uint32_t route) {
    // All that follow within one form have a wider pattern of the called number.
    if (best && !found_called.empty() && draft_.inbound[route].called != found_called) return true;
    if (!fits(route, arrival)) return false;
    if (!best || is_narrower(route, *best)) best = route;
    found_called = draft_.inbound[route].called;
    return false;
  };
  for (const std::string& form : arrival.called) {
    found_called = {};
    inbound_.find(form, consider);
  }
  if (best) return &draft_.inbound[*best];
  found_called = {};
  for (const std::uint32_t route : inbound_any_) consider(route);
  return best ? &draft_.inbound[*best] : nullptr;
}

}  // namespace dering::routing
