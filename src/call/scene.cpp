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

void Scene::stop_ringing() {
  const std::string reason = reason_of(Outcome::no_answer);
  call_.stop_ringing({reason, word_of(Outcome::no_answer)}, turn_);
}

void Scene::accept_transfer(LegId id) {
  if (Leg* leg = own(id)) leg->accept_transfer(turn_);
}

void Scene::refuse_transfer(LegId id, int status) {
  if (Leg* leg = own(id)) leg->refuse_transfer(status, turn_);
}

void Scene::tell_transfer(LegId id, int status) {
  if (Leg* leg = turn_.legs.find(id)) leg->tell_transfer(status, turn_);
}

bool Scene::is_talking(LegId id) const {
  const Leg* leg = turn_.legs.find(id);
  return leg && leg->is_talking();
}

const Leg* Scene::leg_in_dialog(const sip::Replaces& dialog, std::string_view extension) const {
  const Leg* leg = turn_.legs.in_dialog(dialog.call_id, dialog.to_tag, dialog.from_tag);
  return leg && leg->party().extension == extension ? leg : nullptr;
}

std::string Scene::dialled_by(LegId leg) const {
  return turn_.calls.dialled_by(leg);
}

void Scene::end_call_of(LegId leg, Outcome outcome) {
  turn_.calls.end_call_of(leg, outcome, turn_);
}

bool Scene::replace(LegId gone, LegId by) {
  return own(by) && turn_.calls.replace(gone, by, turn_);
}

void Scene::drop(LegId id, Outcome outcome) {
  if (Leg* leg = own(id)) call_.drop(*leg, outcome, turn_);
}

bool Scene::move(LegId leg, CallId call, std::string_view why) {
  return turn_.calls.move(leg, call, why, turn_);
}

bool Scene::move_to_new_call(LegId leg, std::string dialled, std::unique_ptr<Feature> feature) {
  return turn_.calls.move_to_new_call(leg, std::move(dialled), std::move(feature), turn_);
}

}  // namespace dering::call
