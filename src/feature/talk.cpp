// SPDX-License-Identifier: Apache-2.0
#include "feature/talk.h"

#include "call/scene.h"
#include "feature/transfer.h"

namespace dering::feature {
namespace {

using call::Outcome;
using What = call::LegEvent::What;

class Talk final : public call::Feature {
 public:
  explicit Talk(const House& house) : house_(house) {}

  void on_start(call::Scene&) override {}
  void on(const call::LegEvent& event, call::Scene& scene) override {
    switch (event.what) {
      case What::hung_up:
        return scene.end(Outcome::answered);
      case What::lost:
        return scene.end(Outcome::lost);
      case What::transfer_asked:
        if (const call::Leg* leg = scene.leg(event.leg)) transfer(*leg, house_, scene);
        return;
      case What::ringing:
      case What::answered:
      case What::failed:
      case What::transfer_ended:
      case What::unplayable:
      case What::joined:
      case What::left:
      case What::digit:
        return;
    }
  }

 private:
  House house_;
};

}  // namespace

std::unique_ptr<call::Feature> talk(const House& house) {
  return std::make_unique<Talk>(house);
}

}  // namespace dering::feature
