// SPDX-License-Identifier: Apache-2.0
//
// Calls that are there already: taken from a phone where they ring, from another phone of one's
// own, or from where they are parked.
#include <utility>

#include "sip/message/transfer_fields.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using call::Outcome;

/// RFC 3891 §3: 400 for what is malformed, 481 for a dialog that is not there. That of somebody
/// else is not there for this caller.
void Switchboard::replace(call::IncomingCall call, Instant now) {
  const auto dialog = sip::replaces_of(call.invite.message);
  if (!dialog) return respond(call.invite, {400, {}, {}, "Malformed Replaces"}, now);
  const call::Leg* leg = calls_.leg_named(*dialog);
  const std::string& caller = call.caller.extension;
  const bool rings = leg && leg->role() == call::Leg::Role::callee && leg->may_answer();
  const bool is_taken = leg && leg->is_talking() && leg->party().extension == caller;
  const bool is_given = rings && sights_.may_pick_up(caller, leg->party().extension);
  if (!is_given && !is_taken) return respond(call.invite, {481, {}, {}}, now);
  // RFC 3891 §3: "If the Replaces header field contains an "early-only" flag, … 486".
  if (is_taken && dialog->is_early_only) return respond(call.invite, {486, {}, {}}, now);
  auto it = turn(now);
  // Whoever goes on on another phone, or in a page loaded anew, has no call more than before.
  const auto refusal = is_taken ? std::nullopt : limit_of(call);
  if (refusal) return calls_.refuse(std::move(call), *refusal, it);
  calls_.take_place(std::move(call), leg->id(), it);
}

void Switchboard::pick_up(call::IncomingCall call, const routing::Pickup& pickup, Instant now) {
  auto it = turn(now);
  if (const auto refusal = limit_of(call)) return calls_.refuse(std::move(call), *refusal, it);
  const call::LegId leg = ringing_for(call.caller.extension, pickup.extension);
  if (!leg) return calls_.refuse(std::move(call), Outcome::nothing_rings, it);
  calls_.take_place(std::move(call), leg, it);
}

void Switchboard::take_parked(call::IncomingCall call, const routing::ParkingPlace& place,
                              Instant now) {
  auto it = turn(now);
  if (const auto refusal = limit_of(call)) return calls_.refuse(std::move(call), *refusal, it);
  calls_.take_parked(std::move(call), parking_.parked_at(place.number), it);
}

call::LegId Switchboard::ringing_for(std::string_view caller, std::string_view extension) const {
  if (!extension.empty()) {
    return sights_.may_pick_up(caller, extension) ? calls_.ringing_at(extension) : call::LegId{};
  }
  for (const std::string& awaited : calls_.awaited_people()) {
    if (!sights_.may_pick_up(caller, awaited)) continue;
    if (const call::LegId leg = calls_.ringing_at(awaited)) return leg;
  }
  return {};
}

void Switchboard::tell_ringing(const std::string& extension, Outbox& out) {
  const call::LegId leg = calls_.ringing_at(extension);
  const directory::User* callee = leg ? directory_->by_extension(extension) : nullptr;
  const call::Party* caller = callee ? calls_.caller_at(leg) : nullptr;
  // Where there is no unit nobody else could pick it up.
  if (!caller || callee->unit.empty()) {
    if (ringing_.remove(extension)) out.emplace_back(directory::RingingChanged{extension});
    return;
  }
  const std::string_view shown =
      caller->is_hidden ? std::string_view() : std::string_view(caller->extension);
  if (!ringing_.put(extension, shown)) return;
  out.emplace_back(directory::RingingChanged{extension, true, std::string(shown)});
}

}  // namespace dering::switchboard
