// SPDX-License-Identifier: Apache-2.0
#include "feature/way_back.h"

#include "feature/dial.h"
#include "feature/transfer.h"

namespace dering::feature {

using call::Outcome;

void WayBack::tell(int status, call::Scene& scene) const {
  if (who_) scene.transfers().tell(who_->leg, status);
}

void WayBack::fail(Outcome outcome, const House& house, std::string_view word, call::Scene& scene) {
  if (!who_) return scene.end(outcome, outcome == Outcome::declined ? word : std::string_view());
  const Transferor back = *std::exchange(who_, std::nullopt);
  const bool is_there = scene.transfers().is_talking(back.leg) && scene.first() != nullptr &&
                        scene.move(scene.first()->id(), back.call, "returned");
  scene.transfers().tell(back.leg, call::status_of(outcome));
  if (is_there) return scene.end(outcome);
  scene.stop_ringing();
  DialPlan plan{back.person, house};
  plan.house.ringing.time = ring_back_time;
  plan.forwardings = Forwardings::passed_over;
  scene.continue_with(dial(std::move(plan)));
}

}  // namespace dering::feature
