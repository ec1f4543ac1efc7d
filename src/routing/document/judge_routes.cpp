// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "routing/document/judge.h"
#include "routing/plan/pattern.h"

namespace dering::routing {
namespace {

/// A rule by its patterns, for the comparison of each with each.
struct Ruled {
  std::string path;
  std::string shown;  ///< "08. of route mobile"
  std::optional<Pattern> called;
  std::optional<Pattern> caller;
  const InboundRoute* inbound = nullptr;
};

/// Both may take the same call, and neither is narrower in this respect.
bool rival(const std::optional<Pattern>& one, const std::optional<Pattern>& other) {
  if (!one || !other) return !one && !other;
  return one->rivals(*other);
}

bool share_a_trunk(const InboundRoute& one, const InboundRoute& other) {
  if (one.trunks.empty() || other.trunks.empty()) return one.trunks.empty() && other.trunks.empty();
  return std::ranges::any_of(one.trunks, [&](const std::string& trunk) {
    return std::ranges::find(other.trunks, trunk) != other.trunks.end();
  });
}

bool rival(const Ruled& one, const Ruled& other) {
  if (!rival(one.called, other.called)) return false;
  if (!one.inbound) return true;
  const bool is_for_withheld = one.inbound->caller == withheld_caller;
  if (is_for_withheld != (other.inbound->caller == withheld_caller)) return false;
  return rival(one.caller, other.caller) && share_a_trunk(*one.inbound, *other.inbound);
}

/// Only rules of one weight can be rivals, so only those are compared with each other.
void compare_all(const std::vector<Ruled>& rules, Faults& faults) {
  std::map<std::string, std::vector<const Ruled*>> by_weight;
  for (const Ruled& rule : rules) {
    std::string key = rule.called ? rule.called->weight() : "-";
    key += rule.caller ? rule.caller->weight() : "-";
    by_weight[std::move(key)].push_back(&rule);
  }
  for (const auto& [weight, alike] : by_weight) {
    for (std::size_t i = 1; i < alike.size() && !faults.is_full(); ++i) {
      const auto end = alike.begin() + static_cast<std::ptrdiff_t>(i);
      const auto found = std::find_if(alike.begin(), end,
                                      [&](const Ruled* other) { return rival(*alike[i], *other); });
      if (found == end) continue;
      faults.add(Fault::Code::ambiguous, alike[i]->path,
                 fmt::format("{} takes calls that {} takes too, and neither is narrower.",
                             alike[i]->shown, (*found)->shown));
    }
  }
}

std::vector<Ruled> outbound_rules(const Draft& draft) {
  std::vector<Ruled> rules;
  for (std::size_t i = 0; i < draft.outbound.size(); ++i) {
    const OutboundRoute& route = draft.outbound[i];
    for (std::size_t j = 0; j < route.patterns.size(); ++j) {
      const auto pattern = Pattern::parse(route.patterns[j].match);
      if (!pattern) continue;
      rules.push_back({fmt::format("/outbound/{}/patterns/{}/match", i, j),
                       fmt::format("{} of \"{}\"", route.patterns[j].match, route.id),
                       *pattern,
                       {}});
    }
  }
  return rules;
}

std::vector<Ruled> inbound_rules(const Draft& draft) {
  const auto parsed = [](const std::string& text) {
    const auto pattern = Pattern::parse(text);
    return pattern ? std::optional(*pattern) : std::nullopt;
  };
  std::vector<Ruled> rules;
  for (std::size_t i = 0; i < draft.inbound.size(); ++i) {
    const InboundRoute& route = draft.inbound[i];
    rules.push_back({fmt::format("/inbound/{}", i), fmt::format("The route \"{}\"", route.id),
                     parsed(route.called), parsed(route.caller), &route});
  }
  return rules;
}

void judge_strips(const Draft& draft, Faults& faults) {
  for (std::size_t i = 0; i < draft.outbound.size(); ++i) {
    const auto& patterns = draft.outbound[i].patterns;
    for (std::size_t j = 0; j < patterns.size(); ++j) {
      const auto pattern = Pattern::parse(patterns[j].match);
      if (!pattern || patterns[j].strip <= pattern->places().size()) continue;
      faults.add(Fault::Code::bad_value, fmt::format("/outbound/{}/patterns/{}/strip", i, j),
                 fmt::format("{} characters cannot be taken off {}.", patterns[j].strip,
                             patterns[j].match));
    }
  }
}

/// An exact pattern for a number that never gets as far as outbound routes.
void judge_own_number(const DialPattern& pattern, const std::string& path, const Case& it) {
  const auto parsed = Pattern::parse(pattern.match);
  const bool is_exact = parsed && parsed->tail() == Pattern::Tail::none &&
                        pattern.match.find_first_of("XZN[") == std::string::npos;
  if (!is_exact) return;
  const auto has = [&](const auto& entries, const auto& number) {
    return std::ranges::any_of(entries,
                               [&](const auto& entry) { return entry.*number == pattern.match; });
  };
  std::string use = use_of(pattern.match, it);
  if (has(it.draft.extensions, &Extension::number)) use = "an extension";
  if (has(it.draft.groups, &RingGroup::number)) use = "a ring group";
  const auto& emergency = it.draft.emergency.numbers;
  if (std::ranges::find(emergency, pattern.match) != emergency.end()) use = "an emergency number";
  if (use.empty()) return;
  it.faults.add(Fault::Code::unreachable, path,
                fmt::format("{} is {}, so no call gets to this pattern.", pattern.match, use));
}

using Names = std::unordered_set<std::string_view>;

/// What rules and classes name.
struct Named {
  Names routes, groups;

  void add(const Target& target) {
    if (target.kind == Target::Kind::group) groups.insert(target.value);
  }
};
Named named_in(const Draft& draft) {
  Named named;
  for (const PermissionClass& one : draft.classes) {
    named.routes.insert(one.routes.begin(), one.routes.end());
  }
  for (const InboundRoute& route : draft.inbound) {
    named.add(route.to);
    named.add(route.closed);
  }
  for (const RingGroup& group : draft.groups) named.add(group.then);
  return named;
}

void judge_outbound(const Case& it, const Named& named) {
  for (std::size_t i = 0; i < it.draft.outbound.size(); ++i) {
    const OutboundRoute& route = it.draft.outbound[i];
    const std::string path = fmt::format("/outbound/{}", i);
    const auto unreachable = [&](const char* member, std::string_view sentence) {
      it.faults.add(Fault::Code::unreachable, path + member, std::string(sentence));
    };
    if (route.patterns.empty())
      unreachable("/patterns", "A route without patterns takes no calls.");
    if (route.trunks.empty()) unreachable("/trunks", "A route without trunks leads nowhere.");
    if (!named.routes.contains(route.id)) {
      unreachable("", fmt::format("No permission class may use the route \"{}\".", route.id));
    }
    for (std::size_t j = 0; j < route.patterns.size(); ++j) {
      judge_own_number(route.patterns[j], fmt::format("{}/patterns/{}/match", path, j), it);
    }
  }
}

/// A route for any trunk, where another names all of them for the same calls.
void judge_inbound(const Case& it) {
  const auto& routes = it.draft.inbound;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (it.draft.trunks.empty()) {
      it.faults.add(Fault::Code::unreachable, fmt::format("/inbound/{}", i),
                    "There is no trunk by which a call could come in.");
      return;
    }
    if (!routes[i].trunks.empty()) continue;
    const auto covering = std::ranges::find_if(routes, [&](const InboundRoute& other) {
      return other.called == routes[i].called && other.caller == routes[i].caller &&
             Names(other.trunks.begin(), other.trunks.end()).size() >= it.draft.trunks.size();
    });
    if (covering == routes.end()) continue;
    it.faults.add(
        Fault::Code::unreachable, fmt::format("/inbound/{}", i),
        fmt::format("The route \"{}\" takes all its calls, by every trunk.", covering->id));
  }
}

void judge_groups(const Case& it, const Named& named) {
  std::map<std::string_view, const RingGroup*> by_id;
  for (const RingGroup& group : it.draft.groups) by_id.emplace(group.id, &group);
  for (std::size_t i = 0; i < it.draft.groups.size(); ++i) {
    const RingGroup& group = it.draft.groups[i];
    const std::string path = fmt::format("/groups/{}", i);
    if (group.number.empty() && !named.groups.contains(group.id)) {
      it.faults.add(Fault::Code::unreachable, path,
                    fmt::format("\"{}\" has no number, and no rule leads to it.", group.id));
    }
    if (group.members.empty()) {
      it.faults.add(Fault::Code::missing, path + "/members", "A ring group has members.");
    }
    for (std::size_t j = 0; j < group.members.size(); ++j) {
      using Kind = Target::Kind;
      const Kind kind = group.members[j].kind;
      const bool rings = kind == Kind::person || kind == Kind::extension || kind == Kind::outside;
      if (rings || kind == Kind::none) continue;
      it.faults.add(Fault::Code::bad_value, fmt::format("{}/members/{}", path, j),
                    "Members are people, extensions and numbers outside.");
    }
    if (group.then.kind == Target::Kind::dialled) {
      it.faults.add(Fault::Code::bad_value, path + "/then",
                    "Only an inbound route knows what was dialled.");
    }
    // Each group is followed by one at most, so a circle is found by going on.
    const RingGroup* next = &group;
    for (std::size_t steps = 0; next && next->then.kind == Target::Kind::group; ++steps) {
      const auto found = by_id.find(next->then.value);
      next = found == by_id.end() ? nullptr : found->second;
      if (next != &group && steps <= it.draft.groups.size()) continue;
      if (next == &group) {
        it.faults.add(Fault::Code::circle, path + "/then",
                      fmt::format("Calls to \"{}\" would come back to it for ever.", group.id));
      }
      break;
    }
  }
}

}  // namespace

void judge_patterns(const Case& it) {
  constexpr std::size_t most_rules = 5000;
  const auto outbound = outbound_rules(it.draft);
  const auto inbound = inbound_rules(it.draft);
  for (const auto& [rules, path] :
       {std::pair(&outbound, "/outbound"), std::pair(&inbound, "/inbound")}) {
    if (rules->size() <= most_rules) {
      compare_all(*rules, it.faults);
    } else {
      it.faults.add(Fault::Code::too_big, path,
                    fmt::format("There are more than {} rules.", most_rules));
    }
  }
  judge_strips(it.draft, it.faults);
}

void judge_ways(const Case& it) {
  const Named named = named_in(it.draft);
  judge_outbound(it, named);
  judge_inbound(it);
  judge_groups(it, named);
}

}  // namespace dering::routing
