// SPDX-License-Identifier: Apache-2.0
#include "directory/forwarding.h"

#include <utility>

namespace dering::directory {
namespace {

/// Of a Forwarding or a change of one.
template <class Targets>
auto& target_in(Targets& targets, ForwardingCase when) {
  switch (when) {
    case ForwardingCase::always:
      return targets.always;
    case ForwardingCase::busy:
      return targets.busy;
    case ForwardingCase::no_answer:
      return targets.no_answer;
    case ForwardingCase::unreachable:
      return targets.unreachable;
  }
  return targets.always;
}

}  // namespace

std::string_view name_of(ForwardingCase when) {
  switch (when) {
    case ForwardingCase::always:
      return "always";
    case ForwardingCase::busy:
      return "busy";
    case ForwardingCase::no_answer:
      return "no_answer";
    case ForwardingCase::unreachable:
      return "unreachable";
  }
  return "";
}

const std::string& Forwarding::target(ForwardingCase when) const {
  return target_in(*this, when);
}

std::optional<std::string>& ForwardingChange::target(ForwardingCase when) {
  return target_in(*this, when);
}

Forwarding changed(Forwarding forwarding, const ForwardingChange& change) {
  if (change.always) forwarding.always = *change.always;
  if (change.busy) forwarding.busy = *change.busy;
  if (change.no_answer) forwarding.no_answer = *change.no_answer;
  if (change.unreachable) forwarding.unreachable = *change.unreachable;
  if (change.ring_seconds) forwarding.ring_seconds = *change.ring_seconds;
  if (change.do_not_disturb) forwarding.do_not_disturb = *change.do_not_disturb;
  if (change.pickup_notices) forwarding.pickup_notices = *change.pickup_notices;
  return forwarding;
}

std::optional<ForwardingFault> fault_of(const ForwardingChange& change, std::string_view extension,
                                        const Directory& directory) {
  for (const auto* target :
       {&change.always, &change.busy, &change.no_answer, &change.unreachable}) {
    if (!*target || (*target)->empty()) continue;
    if (**target == extension) return ForwardingFault::own_number;
    if (!directory.by_extension(**target)) return ForwardingFault::unknown_number;
  }
  const bool is_ring_time_wrong =
      change.ring_seconds &&
      (*change.ring_seconds < shortest_ring_seconds || *change.ring_seconds > longest_ring_seconds);
  if (is_ring_time_wrong) return ForwardingFault::ring_time;
  return std::nullopt;
}

}  // namespace dering::directory
