// SPDX-License-Identifier: Apache-2.0
#include "call/hearing.h"

#include <algorithm>

#include "call/leg_table.h"

namespace dering::call {

const Leg* heard_by(const Leg& leg, const Turn& turn) {
  const Leg* partner = leg.partner ? turn.legs.find(leg.partner) : nullptr;
  return partner && partner->media && partner->media->is_terminated() ? partner : nullptr;
}

namespace {

/// Neither a word nor a sound comes from there.
bool is_away(const Leg& leg) {
  return leg.absence.seen() == Absence::Away::unheard;
}

}  // namespace

void Hearing::settle(std::span<const LegId> legs, Turn& turn) {
  retry_at_.reset();
  if (!bridge_.is_open()) return;
  const Leg* early = early_leg_ ? turn.legs.find(early_leg_) : nullptr;
  if (!early || !early->media) end_early();
  const bool somebody_rings = std::ranges::any_of(legs, [&](LegId id) {
    const Leg& leg = *turn.legs.find(id);
    return leg.role() == Leg::Role::callee && leg.state() == Leg::State::ringing;
  });
  const Playing while_waiting = somebody_rings ? Playing::ringback : Playing::music;
  for (const LegId id : legs) {
    Leg& leg = *turn.legs.find(id);
    if (!leg.media) continue;
    if (leg.media->is_terminated()) {
      place(leg, while_waiting, turn);
    } else if (leg.partner && bridge_.is_sealed()) {
      const Leg& partner = *turn.legs.find(leg.partner);
      if (!partner.media) continue;
      const bool is_held = partner.media->hold.is_mine();
      retry_at_ = earlier(retry_at_, leg.media->hold.settle(leg, is_held, turn));
    }
  }
}

void Hearing::place(Leg& leg, Playing while_waiting, Turn& turn) const {
  const sdp::Agreed& agreed = *leg.media->session().agreed();
  const bool is_holding = leg.media->is_holding();
  MediaEnd::Part part;
  Playing playing = Playing::nothing;
  const Leg* partner = heard_by(leg, turn);
  if (early_leg_) {
    part.hears = leg.role() == Leg::Role::caller && agreed.phone_hears();
    part.is_heard = leg.id() == early_leg_ && agreed.phone_speaks();
  } else if (alone_ != Playing::nothing) {
    if (!is_holding) playing = alone_;
    part.expects_sound = alone_ == Playing::echo && !is_holding && agreed.phone_speaks();
  } else if (partner && !is_holding && is_away(*partner)) {
    playing = Playing::music;  // until they are back, or given up
  } else if (partner && !is_holding && !partner->media->is_holding()) {
    part = {true, agreed.phone_speaks(), agreed.phone_speaks()};
  } else if (leg.has_talked() && !is_holding && partner) {
    playing = Playing::music;  // held
  } else if (leg.has_talked() && !is_holding && !leg.partner) {
    playing = while_waiting;  // on its way to somebody else
  } else if (!leg.has_talked() && leg.role() == Leg::Role::caller) {
    playing = Playing::ringback;  // in place of a phone that sounded, and rings no more
  }
  leg.media->take_part(part, playing, turn.media, turn.out.commands);
}

bool Hearing::expects_sound(const Leg& leg) {
  if (!leg.media) return false;
  return !leg.media->is_terminated() || leg.media->part().expects_sound;
}

void Hearing::send_digit(const Leg& to, char digit, Duration duration, Turn& turn) {
  if (!to.media || !to.media->part().hears) return;
  turn.media.send_digit(to.media->port().id, digit, duration, turn.out.commands);
}

}  // namespace dering::call
