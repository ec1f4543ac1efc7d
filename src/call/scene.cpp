// SPDX-License-Identifier: Apache-2.0
#include "call/scene.h"

#include <utility>

#include "call/call_engine.h"

namespace dering::call {

Leg* Scene::own(LegId id) const {
  Leg* leg = turn_.legs.find(id);
  return leg && leg->call() == call_.id() ? leg : nullptr;
}

const Leg* Scene::leg(LegId id) const {
  return own(id);
}

void Scene::tell_ringing() {
  if (Leg* first = call_.first(turn_)) first->ring(turn_);
}

void Scene::connect(LegId winner) {
  Leg* first = call_.first(turn_);
  Leg* leg = own(winner);
  if (first && leg) call_.connect(*first, *leg, turn_);
}

void Scene::pair(LegId one, LegId other) {
  Leg* first = own(one);
  Leg* second = own(other);
  if (first && second) call_.pair(*first, *second, turn_);
}

void Scene::stop_ringing(std::string_view person) {
  const std::string reason = reason_of(Outcome::no_answer);
  call_.stop_ringing({reason, word_of(Outcome::no_answer), person}, turn_);
}

void Scene::drop(LegId id, Outcome outcome) {
  if (Leg* leg = own(id)) call_.drop(*leg, outcome, turn_);
}

bool Scene::move(LegId leg, CallId call, std::string_view why) {
  return turn_.calls.move(leg, call, {why}, turn_);
}

bool Scene::move_to_new_call(LegId leg, CallEngine::NewCall to) {
  return turn_.calls.move_to_new_call(leg, std::move(to), turn_);
}

}  // namespace dering::call
