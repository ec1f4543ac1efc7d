// SPDX-License-Identifier: Apache-2.0
#include "call/transfers.h"

#include "call/call_engine.h"

namespace dering::call {

Leg* Transfers::own(LegId id) const {
  Leg* leg = turn_.legs.find(id);
  return leg && leg->call() == call_.id() ? leg : nullptr;
}

void Transfers::accept(LegId id) {
  if (Leg* leg = own(id)) leg->accept_transfer(turn_);
}

void Transfers::refuse(LegId id, int status) {
  if (Leg* leg = own(id)) leg->refuse_transfer(status, turn_);
}

void Transfers::refuse(LegId id, Outcome outcome) {
  if (Leg* leg = own(id)) leg->refuse_transfer(outcome, turn_);
}

void Transfers::show(LegId id, const Party& other) {
  if (Leg* leg = own(id)) leg->introduce(other, turn_);
}

void Transfers::tell(LegId id, int status, std::string_view words) {
  if (Leg* leg = turn_.legs.find(id)) leg->tell_transfer(status, turn_, words);
}

bool Transfers::is_talking(LegId id) const {
  const Leg* leg = turn_.legs.find(id);
  return leg && leg->is_talking();
}

const Leg* Transfers::in_dialog(const sip::Replaces& dialog, std::string_view extension) const {
  const Leg* leg = turn_.calls.leg_named(dialog);
  return leg && leg->party().extension == extension ? leg : nullptr;
}

std::string Transfers::dialled_by(LegId leg) const {
  return turn_.calls.dialled_by(leg);
}

void Transfers::end_call_of(LegId leg, Outcome outcome) {
  turn_.calls.end_call_of(leg, outcome, turn_);
}

bool Transfers::replace(LegId gone, LegId by) {
  return own(by) && turn_.calls.replace(gone, by, turn_);
}

}  // namespace dering::call
