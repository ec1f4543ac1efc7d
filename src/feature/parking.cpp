// SPDX-License-Identifier: Apache-2.0
#include "feature/parking.h"

#include <optional>
#include <string>
#include <utility>

#include "feature/dial.h"
#include "feature/talk.h"

namespace dering::feature {
namespace {

using call::Leg;
using call::LegEvent;
using call::Outcome;
using call::Scene;
using Place = ParkingBoard::Place;
using What = LegEvent::What;

/// As it stands on a display, where whom one talks with stands otherwise.
call::Party shown(const Place& place) {
  return {place.name(), "Parked at " + place.name()};
}

/// Who waits at a place until somebody takes the call, or for too long.
class Parked final : public call::Feature {
 public:
  Parked(Place place, call::Party parked_by, const House& house)
      : place_(std::move(place)), parked_by_(std::move(parked_by)), house_(house) {}

  void on_start(Scene& scene) override { returns_at_ = scene.now() + house_.park_time; }
  void on(const LegEvent& event, Scene& scene) override {
    switch (event.what) {
      case What::joined:
        // Whoever waits here has joined as well.
        if (scene.is_answered()) scene.continue_with(talk(house_));
        return;
      case What::hung_up:
        return scene.end(Outcome::cancelled);
      case What::lost:
        return scene.end(Outcome::caller_gone);
      case What::ringing:
      case What::answered:
      case What::failed:
      case What::left:
      case What::transfer_asked:
      case What::transfer_ended:
      case What::unplayable:
      case What::digit:
        return;
    }
  }
  void on_time(Scene& scene) override {
    if (scene.now() < returns_at_ || !place_) return;
    House house = house_;
    house.ringing.time = ring_back_time;
    DialPlan plan{std::move(parked_by_), house};
    plan.forwardings = Forwardings::passed_over;
    plan.returns_from = std::exchange(place_, std::nullopt);
    scene.continue_with(dial(std::move(plan)));
  }
  void on_ended(Outcome, Scene&) override { place_.reset(); }
  std::optional<Instant> next_deadline() const override { return returns_at_; }

 private:
  std::optional<Place> place_;
  call::Party parked_by_;
  House house_;
  Instant returns_at_{};
};

/// Who has parked a call sees where, and is hung up on.
class TellPlace final : public call::Feature {
 public:
  TellPlace(const Leg& told, call::Party place)
      : leg_(told.id()), is_page_(is_websocket(told.flow().transport)), place_(std::move(place)) {}

  void on_start(Scene& scene) override {
    if (is_page_) return end(scene);
    scene.answer_alone(call::Playing::confirmation);
    scene.transfers().show(leg_, place_);
    ends_at_ = scene.now() + announce_time;
  }
  void on(const LegEvent& event, Scene& scene) override {
    const bool is_gone = event.what == What::hung_up || event.what == What::lost;
    if (is_gone) end(scene);
  }
  void on_time(Scene& scene) override {
    if (ends_at_ && scene.now() >= *ends_at_) end(scene);
  }
  std::optional<Instant> next_deadline() const override { return ends_at_; }

 private:
  void end(Scene& scene) const {
    scene.transfers().tell(leg_, 200, place_.display_name);
    scene.end(Outcome::transferred);
  }

  call::LegId leg_;
  bool is_page_;
  call::Party place_;
  std::optional<Instant> ends_at_;
};

/// Keeps a place for whom the caller sends there.
class ParkingDesk final : public call::Feature {
 public:
  explicit ParkingDesk(const House& house) : board_(house.parking) {}

  void on_start(Scene& scene) override {
    const Leg& caller = *scene.first();
    if (board_) place_ = board_->take({caller.id(), caller.party().extension, {}}, scene.numbers());
    if (!place_) return scene.end(Outcome::parking_full);
    const call::Party place = shown(*place_);
    scene.transfers().show(caller.id(), place);  // in the 200
    scene.answer_alone(call::Playing::confirmation);
    if (scene.is_open()) ends_at_ = scene.now() + keep_time;
  }
  void on(const LegEvent& event, Scene& scene) override {
    if (event.what == What::hung_up) scene.end(Outcome::parked);
    if (event.what == What::lost) scene.end(Outcome::lost);
  }
  void on_time(Scene& scene) override {
    if (ends_at_ && scene.now() >= *ends_at_) scene.end(Outcome::parked);
  }
  void on_ended(Outcome, Scene&) override { place_.reset(); }
  std::optional<Instant> next_deadline() const override { return ends_at_; }

 private:
  ParkingBoard* board_;
  std::optional<Place> place_;
  std::optional<Instant> ends_at_;
};

}  // namespace

void park(const Asked& asked, Scene& scene) {
  const auto& [from, other, house] = asked;
  auto place =
      house.parking->take({other.id(), from.party().extension, other.party()}, scene.numbers());
  if (!place) return scene.transfers().refuse(from.id(), Outcome::parking_full);
  park_at(*std::move(place), asked, scene);
}

void park_at(Place place, const Asked& asked, Scene& scene) {
  const auto& [from, other, house] = asked;
  const call::Party told = shown(place);
  scene.transfers().accept(from.id());
  // For whose sake they wait: to whom they return.
  call::CallEngine::NewCall call{from.party().extension, nullptr, "parked", place.name()};
  call.feature = std::make_unique<Parked>(std::move(place), from.party(), house);
  if (!scene.move_to_new_call(other.id(), std::move(call))) {
    return scene.transfers().tell(from.id(), 488);
  }
  scene.continue_with(std::make_unique<TellPlace>(from, told));
}

std::unique_ptr<call::Feature> parking_desk(const House& house) {
  return std::make_unique<ParkingDesk>(house);
}

}  // namespace dering::feature
