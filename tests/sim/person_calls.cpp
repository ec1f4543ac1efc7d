// SPDX-License-Identifier: Apache-2.0
//
// Whom people call, and whom they send on to whom.
#include <utility>

#include "sim/person.h"
#include "sim/stays.h"
#include "sim/world.h"

namespace dering::sim {

using namespace std::chrono_literals;

void Person::note_attempt(const PhoneCall& call, Ledger::Kind kind) {
  attempts_.emplace(call.id, sim_.ledger().open(identity().extension, call.number, kind));
}

void Person::call_somebody() {
  const std::string& own = identity().extension;
  if (does_now_and_then(sim_.knobs().parking_percent)) {
    const std::string place = sim_.parking_place();
    if (!place.empty()) return note_attempt(place_call(place), Ledger::Kind::pickup);
  }
  if (!does_now_and_then(sim_.knobs().pickup_percent)) {
    return note_attempt(place_call(sim_.some_number(own)), Ledger::Kind::call);
  }
  if (auto dialog = sim_.dialog_of_another(*this)) {
    return note_attempt(place_call(own, sip::replaces_value(*dialog)), Ledger::Kind::pickup);
  }
  note_attempt(place_call(sim_.number_that_picks_up()), Ledger::Kind::pickup);
}

/// At the same moment as the other phones of this person, or whenever they like.
Duration Person::answers_after() {
  if (!does_now_and_then(sim_.knobs().race_percent)) return between(random(), 100ms, 20s);
  constexpr Duration beat = 4s;
  return beat - sim_.now().time_since_epoch() % beat;
}

void Person::send_on(PhoneCall& call) {
  if (is_sending_on(call)) return;
  // Nobody is so fast that the dialog is not known yet where the REFER goes.
  if (call.answered_invite != 0 && !call.is_acknowledged) return;
  const std::string& own = identity().extension;
  std::string number = sim_.some_number(own);
  for (int i = 0; i < 3 && (number == own || number == call.number); ++i) {
    number = sim_.some_number(own);  // mostly somebody else
  }
  if (does_now_and_then(sim_.knobs().parking_percent)) number = number_of_parking;
  for (PhoneCall& other : all_calls()) {
    const bool may_be_named = other.state == State::calling || other.state == State::talking;
    if (other.id == call.id || !may_be_named || !has_name(other)) continue;
    return refer(call, other.number, &other);
  }
  if (all_calls().size() > 1 || chance(random(), 50)) return refer(call, number, nullptr);
  if (sim_.knobs().hold_percent > 0) set_hold(call, true);
  note_attempt(place_call(number), Ledger::Kind::call);
}

/// Many hang up at once; some lose their connection just then.
void Person::on_transfer_accepted(std::uint64_t id) {
  const auto choice = random().below(10);
  if (choice < 4) {
    sim_.after(between(random(), 0ms, 400ms), [this, id] {
      PhoneCall* call = find(id);
      if (!call || call->state != State::talking || !is_connected()) return;
      hang_up(*call);
      flush();
    });
  } else if (choice < 6 && sim_.knobs().flow_loss_percent > 0) {
    sim_.after(between(random(), 0ms, 2s), [this] {
      if (is_active_ && is_connected()) lose_connection();
    });
  }
}

}  // namespace dering::sim
