// SPDX-License-Identifier: Apache-2.0
#include "feature/echo.h"

#include "call/call.h"

namespace dering::feature {
namespace {

class Echo final : public call::Feature {
 public:
  void on_start(call::Call& call, call::Turn& turn) override { call.connect_to_echo(turn); }
  void on_leg(call::Call&, call::Leg&, call::Signal, call::Turn&) override {}
  void on_time(call::Call&, call::Turn&) override {}
  std::optional<Instant> next_deadline() const override { return std::nullopt; }
};

}  // namespace

std::unique_ptr<call::Feature> echo() {
  return std::make_unique<Echo>();
}

}  // namespace dering::feature
