// SPDX-License-Identifier: Apache-2.0
#include "feature/setting.h"

#include <utility>

#include "call/scene.h"

namespace dering::feature {
namespace {

using call::Outcome;
using routing::Setting;
using What = call::LegEvent::What;

Outcome outcome_of(Setting::Fault fault) {
  switch (fault) {
    case Setting::Fault::none:
      return Outcome::answered;
    case Setting::Fault::incomplete:
      return Outcome::incomplete_number;
    case Setting::Fault::unknown_number:
      return Outcome::unknown_number;
    case Setting::Fault::own_number:
      return Outcome::self_call;
  }
  return Outcome::failed;
}

class Set final : public call::Feature {
 public:
  explicit Set(Setting wanted) : wanted_(std::move(wanted)) {}

  void on_start(call::Scene& scene) override {
    const bool is_taken = wanted_.fault == Setting::Fault::none;
    scene.answer_alone(is_taken ? call::Playing::confirmation : call::Playing::refusal);
    if (!scene.is_open()) return;
    if (is_taken) scene.diversions().change(wanted_.change);
    ends_at_ = scene.now() + setting_tone_time;
  }
  void on(const call::LegEvent& event, call::Scene& scene) override {
    if (event.what == What::hung_up) scene.end(outcome_of(wanted_.fault));
    if (event.what == What::lost) scene.end(Outcome::lost);
  }
  void on_time(call::Scene& scene) override {
    if (ends_at_ && scene.now() >= *ends_at_) scene.end(outcome_of(wanted_.fault));
  }
  std::optional<Instant> next_deadline() const override { return ends_at_; }

 private:
  Setting wanted_;
  std::optional<Instant> ends_at_;
};

}  // namespace

std::unique_ptr<call::Feature> setting(Setting wanted) {
  return std::make_unique<Set>(std::move(wanted));
}

}  // namespace dering::feature
