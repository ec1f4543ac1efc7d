// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "call/scene.h"
#include "feature/dial.h"
#include "sip/message/fields.h"

namespace dering::feature::testing {

/// Two talk, and either may send the other one on to a number: the other's leg goes to a call of
/// its own that dials there, and whoever asked is told and let go.
class TalkWithTransfer final : public call::Feature {
 public:
  void on_start(call::Scene&) override {}
  void on(const call::LegEvent& event, call::Scene& scene) override {
    using What = call::LegEvent::What;
    if (event.what == What::hung_up) scene.end(call::Outcome::answered);
    if (event.what == What::lost) scene.end(call::Outcome::lost);
    if (event.what == What::transfer_asked) transfer(*scene.leg(event.leg), scene);
  }

 private:
  static void transfer(const call::Leg& from, call::Scene& scene) {
    const auto target = sip::parse_name_addr(from.transfer_target());
    const auto number =
        target ? scene.numbers().number_in(target->uri.text, from.flow()) : std::nullopt;
    const auto party = number ? scene.numbers().party_of(*number) : std::nullopt;
    if (!party || !from.partner) return;
    scene.accept_transfer(from.id());
    const bool is_moved =
        scene.move_to_new_call(from.partner, *number, dial({*party, std::chrono::seconds(60)}));
    scene.finish_transfer(from.id(), is_moved ? 200 : 488);
    if (is_moved) scene.end(call::Outcome::transferred);
  }
};

/// Dials one phone, and then lets them talk so.
class DialWithTransfer final : public call::Feature {
 public:
  explicit DialWithTransfer(call::Party callee) : callee_(std::move(callee)) {}
  void on_start(call::Scene& scene) override {
    if (scene.open_media()) scene.ring(callee_, scene.numbers().phones_of(callee_.extension)[0]);
  }
  void on(const call::LegEvent& event, call::Scene& scene) override {
    using What = call::LegEvent::What;
    if (event.what == What::ringing) scene.tell_ringing();
    if (event.what == What::hung_up) scene.end(call::Outcome::cancelled);
    if (event.what != What::answered) return;
    scene.connect(event.leg);
    scene.continue_with(std::make_unique<TalkWithTransfer>());
  }

 private:
  call::Party callee_;
};

}  // namespace dering::feature::testing
