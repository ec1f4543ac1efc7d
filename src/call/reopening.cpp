// SPDX-License-Identifier: Apache-2.0
#include "call/reopening.h"

#include <utility>

#include "call/leg_table.h"

namespace dering::call {

void Reopening::on_lost(const MediaBridge& bridge, std::span<const LegId> legs, Turn& turn) {
  state_ = State::waiting;
  gives_up_at_ = turn.now + engine_patience;
  retry_at_.reset();
  for (const LegId id : legs) {
    Leg& leg = *turn.legs.find(id);
    if (!leg.media || !leg.media->is_sealed()) continue;
    leg.media->session().local().addresses = bridge.relay_of(leg, turn).addresses;
  }
}

void Reopening::on_moved(Turn& turn) {
  state_ = State::offering;
  gives_up_at_ = turn.now + phone_patience;
}

void Reopening::on_ready(MediaBridge& bridge, std::span<const LegId> legs, Turn& turn) {
  if (state_ != State::waiting) return;
  bridge.reopen(turn);
  state_ = State::offering;
  gives_up_at_ = turn.now + phone_patience;
  for (const LegId id : legs) {
    Leg& leg = *turn.legs.find(id);
    if (!leg.media) continue;
    if (leg.state() != Leg::State::talking) {
      bridge.remove(leg, turn);
    } else if (!reopen(bridge, leg, turn)) {
      return fail();
    }
  }
}

bool Reopening::reopen(MediaBridge& bridge, Leg& leg, Turn& turn) {
  if (!bridge.reopen_port(leg, turn)) return false;
  MediaEnd& end = *leg.media;
  sdp::OfferAnswer& session = end.session();
  const bool is_same_place = bridge.relay_of(leg, turn).addresses == session.local().addresses;
  // Two pages share their keys with each other alone, and go on by themselves.
  if (end.is_sealed()) return is_same_place;
  const sdp::Agreed* agreed = session.agreed();
  // A page that keeps its keys goes on by another connection, of which we know nothing yet.
  const bool is_anew =
      agreed ? agreed->remote.keeps_keys && leg.may_be_replaced() : end.reoffer.is_in_new_dialog();
  // It was made an offer and has not answered: that must still be true.
  if (!agreed && !is_anew) return is_same_place && end.port().way() == Way::rtp;
  if (agreed && is_same_place && agreed->remote.protection != sdp::Protection::dtls) {
    end.apply(leg.flow().remote, turn.media, turn.out.commands);
    return true;
  }
  if (is_anew) {
    end.restart({}, turn.media, turn.out.commands);
    session = sdp::OfferAnswer(turn.random.number() >> 2);
  } else if (!is_same_place && end.port().way() == Way::ice) {
    end.restart(end.port().remote, turn.media, turn.out.commands);
  }
  sdp::LocalMedia local = bridge.local_media(leg, turn);
  // Some phones take no other key than the first. With another SSRC it makes another key stream.
  local.crypto = std::move(session.local().crypto);
  session.local() = std::move(local);
  end.reoffer.want(is_anew ? Reoffer::How::in_new_dialog : Reoffer::How::in_dialog);
  return true;
}

void Reopening::settle(std::span<const LegId> legs, Turn& turn) {
  retry_at_.reset();
  if (!gives_up_at_) return;
  if (turn.now >= *gives_up_at_) return fail();
  if (state_ != State::offering) return;
  bool is_done = true;
  for (const LegId id : legs) {
    Leg& leg = *turn.legs.find(id);
    if (!leg.media || leg.state() != Leg::State::talking) continue;
    Reoffer& reoffer = leg.media->reoffer;
    retry_at_ = earlier(retry_at_, reoffer.settle(leg, turn));
    if (reoffer.state() == Reoffer::State::refused) return fail();
    is_done = is_done && reoffer.is_done();
  }
  if (!is_done) return;
  state_ = State::none;
  gives_up_at_.reset();
}

void Reopening::fail() {
  state_ = State::failed;
  gives_up_at_.reset();
  retry_at_.reset();
}

}  // namespace dering::call
