// SPDX-License-Identifier: Apache-2.0
#include "feature/called.h"

#include <algorithm>
#include <string>

namespace dering::feature {

using call::Diverted;
using call::Outcome;
using directory::ForwardingCase;

std::optional<ForwardingCase> case_of(Outcome outcome) {
  const auto is_one_of = [&](auto... words) { return ((outcome == words) || ...); };
  if (is_one_of(Outcome::busy, Outcome::unavailable, Outcome::do_not_disturb)) {
    return ForwardingCase::busy;
  }
  if (outcome == Outcome::no_answer) return ForwardingCase::no_answer;
  if (outcome == Outcome::offline) return ForwardingCase::unreachable;
  return std::nullopt;
}

Diverted diverted_by(ForwardingCase when, Outcome outcome) {
  switch (when) {
    case ForwardingCase::always:
      return Diverted::always;
    case ForwardingCase::busy:
      return outcome == Outcome::do_not_disturb ? Diverted::do_not_disturb : Diverted::busy;
    case ForwardingCase::no_answer:
      return Diverted::no_answer;
    case ForwardingCase::unreachable:
      return Diverted::unreachable;
  }
  return Diverted::always;
}

call::Approach onward(const Called& from, std::string_view word, Diverted why) {
  call::Approach approach = from.approach;
  approach.why = std::string("forwarded_").append(word);
  approach.through.push_back({from.person, why});
  return approach;
}

bool is_rung(const Called& called, const call::Contact& phone) {
  return std::ranges::any_of(called.rung, [&](const call::Contact& rung) {
    return rung.uri == phone.uri && rung.flow == phone.flow;
  });
}

std::optional<Outcome> time_up(Called& called, const call::Scene& scene) {
  const bool is_late = scene.now() >= called.gives_up_at;
  if (called.back_by && (is_late || scene.now() >= *called.back_by)) {
    called.back_by.reset();
    if (!scene.may_be_answered(called.person.extension)) return called.said;
  }
  return is_late ? std::optional(Outcome::no_answer) : std::nullopt;
}

void pass_by(const Called& called, call::Scene& scene) {
  if (scene.may_be_answered(called.person.extension)) {
    scene.diversions().stop(called.person.extension);
  }
  const std::string& why = called.approach.why;
  scene.diversions().pass_by(called.person, called.rung.empty() && why == "rung" ? "dialled" : why);
}

std::string_view caller_of(const call::Scene& scene) {
  const call::Leg* first = scene.first();
  return first ? std::string_view(first->party().extension) : std::string_view();
}

}  // namespace dering::feature
