// SPDX-License-Identifier: Apache-2.0
#include "feature/echo.h"

#include "call/scene.h"
#include "feature/talk.h"

namespace dering::feature {
namespace {

class Echo final : public call::Feature {
 public:
  void on_start(call::Scene& scene) override {
    scene.answer_alone(call::Playing::echo);
    scene.continue_with(talk());
  }
  void on(const call::LegEvent&, call::Scene&) override {}
};

}  // namespace

std::unique_ptr<call::Feature> echo() {
  return std::make_unique<Echo>();
}

}  // namespace dering::feature
