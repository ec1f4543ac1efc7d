// SPDX-License-Identifier: Apache-2.0
#include "feature/talk.h"

#include "call/scene.h"

namespace dering::feature {
namespace {

using call::Outcome;
using What = call::LegEvent::What;

class Talk final : public call::Feature {
 public:
  void on_start(call::Scene&) override {}
  void on(const call::LegEvent& event, call::Scene& scene) override {
    switch (event.what) {
      case What::hung_up:
        return scene.end(Outcome::answered);
      case What::lost:
        return scene.end(Outcome::lost);
      case What::ringing:
      case What::answered:
      case What::failed:
      case What::transfer_asked:
      case What::unplayable:
      case What::joined:
      case What::left:
      case What::digit:
        return;
    }
  }
};

}  // namespace

std::unique_ptr<call::Feature> talk() {
  return std::make_unique<Talk>();
}

}  // namespace dering::feature
