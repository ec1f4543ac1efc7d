// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "call/scene.h"
#include "feature/talk.h"

namespace dering::feature::testing {

/// People are rung one after the other, each for some time, until one answers.
class Hunt final : public call::Feature {
 public:
  Hunt(std::vector<std::string> people, Duration each) : people_(std::move(people)), each_(each) {}

  void on_start(call::Scene& scene) override {
    if (scene.open_media()) ring_next(scene);
  }
  void on(const call::LegEvent& event, call::Scene& scene) override {
    using What = call::LegEvent::What;
    if (event.what == What::ringing) scene.tell_ringing();
    if (event.what == What::hung_up) scene.end(call::Outcome::cancelled);
    if (event.what == What::lost) scene.end(call::Outcome::caller_gone);
    if (event.what == What::failed && !scene.may_be_answered()) ring_next(scene);
    if (event.what != What::answered) return;
    scene.connect(event.leg);
    scene.continue_with(talk());
  }
  void on_time(call::Scene& scene) override {
    if (scene.now() >= until_) ring_next(scene);
  }
  std::optional<Instant> next_deadline() const override { return until_; }

 private:
  void ring_next(call::Scene& scene) {
    scene.stop_ringing();
    while (next_ < people_.size()) {
      const std::string& person = people_[next_++];
      bool rings = false;
      for (const auto& phone : scene.numbers().phones_of(person)) {
        rings |= static_cast<bool>(scene.ring(*scene.numbers().party_of(person), phone));
      }
      until_ = scene.now() + each_;
      if (rings) return;
    }
    scene.end(call::Outcome::no_answer);
  }

  std::vector<std::string> people_;
  Duration each_;
  std::size_t next_ = 0;
  Instant until_{};
};

}  // namespace dering::feature::testing
