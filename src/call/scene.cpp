// SPDX-License-Identifier: Apache-2.0
#include "call/scene.h"

#include <utility>

#include "call/call_engine.h"

namespace dering::call {

const Leg* Scene::leg(LegId id) const {
  const Leg* leg = turn_.legs.find(id);
  return leg && leg->call() == call_.id() ? leg : nullptr;
}

void Scene::tell_ringing() {
  if (Leg* first = call_.first(turn_)) first->ring(turn_);
}

void Scene::connect(LegId winner) {
  Leg* first = call_.first(turn_);
  Leg* leg = turn_.legs.find(winner);
  if (first && leg && leg->call() == call_.id()) call_.connect(*first, *leg, turn_);
}

void Scene::drop(LegId id, Outcome outcome) {
  Leg* leg = turn_.legs.find(id);
  if (leg && leg->call() == call_.id()) leg->end(outcome, turn_);
}

bool Scene::move(LegId leg, CallId call) {
  return turn_.calls.move(leg, call, turn_);
}

bool Scene::move_to_new_call(LegId leg, std::string dialled, std::unique_ptr<Feature> feature) {
  return turn_.calls.move_to_new_call(leg, std::move(dialled), std::move(feature), turn_);
}

}  // namespace dering::call
