// SPDX-License-Identifier: Apache-2.0
#include "call/diversions.h"

#include <utility>

#include "call/leg_table.h"

namespace dering::call {

void Diversions::stop(std::string_view person) {
  // Desk phones know no other cause for which they count no missed call.
  call_.stop_ringing({"SIP;cause=200;text=\"forwarded\"", word_of(Outcome::no_answer), person},
                     turn_);
}

bool Diversions::is_silent(LegId id) const {
  const Leg* leg = turn_.legs.find(id);
  return leg && leg->call() == call_.id() && !leg->is_heard(turn_.endpoint);
}

void Diversions::change(directory::ForwardingChange change) {
  if (const Leg* leg = call_.first(turn_)) {
    turn_.out.forwardings.push_back({leg->party().extension, std::move(change)});
  }
}

}  // namespace dering::call
