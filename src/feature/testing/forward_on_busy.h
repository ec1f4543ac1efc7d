// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "call/scene.h"
#include "feature/dial.h"
#include "feature/talk.h"

namespace dering::feature::testing {

/// Rings one phone of the callee; if it is busy, somebody else is dialled in their place.
class ForwardOnBusy final : public call::Feature {
 public:
  ForwardOnBusy(std::string callee, std::string instead)
      : callee_(std::move(callee)), instead_(std::move(instead)) {}

  void on_start(call::Scene& scene) override {
    const auto phones = scene.numbers().phones_of(callee_);
    const bool rings = !phones.empty() && scene.open_media() &&
                       scene.ring(*scene.numbers().party_of(callee_), phones.front());
    if (!rings) scene.end(call::Outcome::offline);
  }
  void on(const call::LegEvent& event, call::Scene& scene) override {
    using What = call::LegEvent::What;
    if (event.what == What::ringing) scene.tell_ringing();
    if (event.what == What::hung_up) scene.end(call::Outcome::cancelled);
    if (event.what == What::lost) scene.end(call::Outcome::caller_gone);
    if (event.what == What::failed) on_failed(scene.leg(event.leg)->failure(), scene);
    if (event.what != What::answered) return;
    scene.connect(event.leg);
    scene.continue_with(talk());
  }

 private:
  void on_failed(call::Outcome outcome, call::Scene& scene) {
    if (outcome != call::Outcome::busy) return scene.end(outcome);
    scene.stop_ringing();
    scene.continue_with(dial({*scene.numbers().party_of(instead_), {{std::chrono::seconds(60)}}}));
  }

  std::string callee_;
  std::string instead_;
};

}  // namespace dering::feature::testing
