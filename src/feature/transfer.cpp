// SPDX-License-Identifier: Apache-2.0
#include "feature/transfer.h"

#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "feature/dial.h"
#include "feature/parking.h"
#include "feature/talk.h"
#include "sip/message/transfer_fields.h"

namespace dering::feature {
namespace {

using call::Leg;
using call::Outcome;
using call::Scene;
using What = call::LegEvent::What;

/// Who has sent the other one on waits until that one is there, or comes back.
class AwaitTransfer final : public call::Feature {
 public:
  AwaitTransfer(call::LegId transferor, const House& house)
      : transferor_(transferor), house_(house) {}

  void on_start(Scene&) override {}
  void on(const call::LegEvent& event, Scene& scene) override {
    switch (event.what) {
      case What::joined:
        scene.pair(transferor_, event.leg);
        return scene.continue_with(talk(house_));
      case What::transfer_ended:
      case What::hung_up:
      case What::lost:
        return scene.end(Outcome::transferred);
      case What::ringing:
      case What::answered:
      case What::failed:
      case What::left:
      case What::transfer_asked:
      case What::unplayable:
      case What::digit:
        return;
    }
  }

 private:
  call::LegId transferor_;
  House house_;
};

/// Who has that number, if whom we talk with may be sent there; or the status of why not.
std::expected<call::Party, int> target_of(const std::string& number, const Asked& request,
                                          const Scene& scene) {
  auto person = scene.numbers().party_of(number);
  if (!person) return std::unexpected(404);
  const bool is_here = person->extension == request.from.party().extension ||
                       person->extension == request.other.party().extension;
  if (is_here) return std::unexpected(482);
  return *std::move(person);
}

bool is_parking(const std::string& number, const Asked& request, const Scene& scene) {
  const ParkingBoard* board = request.house.parking;
  return board && number == board->numbers().park && !scene.numbers().party_of(number);
}

void send_to(const std::string& number, const Asked& request, Scene& scene) {
  if (is_parking(number, request, scene)) return park(request, scene);
  auto person = target_of(number, request, scene);
  if (!person) return scene.transfers().refuse(request.from.id(), person.error());
  DialPlan plan{*std::move(person), request.house};
  plan.sent_by = Transferor{request.from.id(), scene.call(), request.from.party()};
  scene.transfers().accept(request.from.id());
  if (!scene.move_to_new_call(request.other.id(), {number, dial(std::move(plan))})) {
    return scene.transfers().tell(request.from.id(), 488);
  }
  scene.continue_with(std::make_unique<AwaitTransfer>(request.from.id(), request.house));
}

void join_with(const Leg& consulted, const Asked& request, Scene& scene) {
  scene.transfers().accept(request.from.id());
  const bool is_done = scene.transfers().replace(consulted.id(), request.other.id());
  scene.transfers().tell(request.from.id(), is_done ? 200 : 488);
  if (is_done) scene.end(Outcome::transferred);
}

/// False: that call keeps no place.
bool park_there(const Leg& consulted, const Asked& request, Scene& scene) {
  if (!request.house.parking) return false;
  auto place = request.house.parking->fill(
      consulted.id(), {request.other.id(), request.from.party().extension, request.other.party()});
  if (!place) return false;
  scene.transfers().end_call_of(consulted.id(), Outcome::parked);
  park_at(*std::move(place), request, scene);
  return true;
}

void send_to_consulted(const sip::Replaces& dialog, const Asked& request, Scene& scene) {
  const Leg* consulted = scene.transfers().in_dialog(dialog, request.from.party().extension);
  const bool is_another = consulted && consulted->call() != scene.call();
  if (!is_another || (dialog.is_early_only && !consulted->may_answer())) {
    return scene.transfers().refuse(request.from.id(), 404);
  }
  if (consulted->is_talking() && consulted->partner) return join_with(*consulted, request, scene);
  if (park_there(*consulted, request, scene)) return;
  if (consulted->role() != Leg::Role::caller || !consulted->may_answer()) {
    return scene.transfers().refuse(request.from.id(), 404);
  }
  const std::string number = scene.transfers().dialled_by(consulted->id());
  // Who is refused keeps it.
  if (const auto target = target_of(number, request, scene); !target) {
    return scene.transfers().refuse(request.from.id(), target.error());
  }
  scene.transfers().end_call_of(consulted->id(), Outcome::cancelled);
  send_to(number, request, scene);
}

}  // namespace

void transfer(const Leg& from, const House& house, Scene& scene) {
  const auto target = sip::refer_to_of(*from.asked_transfer());
  if (!target) return scene.transfers().refuse(from.id(), 400);
  const Leg* other = scene.leg(from.partner);
  if (!other || target->method != "INVITE") return scene.transfers().refuse(from.id(), 403);
  if (other->moves() >= most_moves) return scene.transfers().refuse(from.id(), 482);
  const Asked request{from, *other, house};
  if (target->replaces) return send_to_consulted(*target->replaces, request, scene);
  const auto number = scene.numbers().number_in(target->target, from.flow());
  if (!number) return scene.transfers().refuse(from.id(), 403);
  send_to(*number, request, scene);
}

}  // namespace dering::feature
