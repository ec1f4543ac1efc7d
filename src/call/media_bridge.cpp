// SPDX-License-Identifier: Apache-2.0
#include "call/media_bridge.h"

#include <utility>

#include "call/leg_table.h"
#include "call/media_words.h"

namespace dering::call {

// ---- What becomes of the sound ------------------------------------------------------------------

void MediaBridge::terminate(Why why) {
  mode_ = Mode::terminated;
  why_ = why;
}

void MediaBridge::tell_mode(Leg& leg) const {
  if (leg.media->is_sealed() || is_sealed()) return leg.tell_media("sealed");
  switch (why_) {
    case Why::desk_phone:
      return leg.tell_media("terminated;reason=desk-phone");
    case Why::late_offer:
      return leg.tell_media("terminated;reason=late-offer");
    case Why::echo:
      return leg.tell_media("terminated;reason=echo");
    case Why::announcement:
      return leg.tell_media("terminated;reason=announcement");
    case Why::transfer:
      return leg.tell_media("terminated;reason=transfer");
  }
}

// ---- What the engine has of it ------------------------------------------------------------------

void MediaBridge::open(Turn& turn) {
  bridge_ = turn.media.open_bridge(turn.out.commands);
  enter(turn);
}

void MediaBridge::close(Turn& turn) {
  if (!bridge_) return;
  turn.media.close_bridge(bridge_->id, turn.out.commands);
  leave();
  bridge_.reset();
}

void MediaBridge::enter(Turn& turn) {
  at_bridge_ = turn.legs.media.bridges.enter(bridge_->id, call_);
  at_command_ = turn.legs.media.bridge_commands.enter(bridge_->command, call_);
}

void MediaBridge::leave() {
  at_bridge_.release();
  at_command_.release();
}

bool MediaBridge::has_room(Way way, const Turn& turn) const {
  return bridge_ && turn.media.is_ready() && port_count_ < turn.media.ports_per_bridge() &&
         turn.media.has_way(*bridge_, way);
}

bool MediaBridge::add(Leg& leg, Way way, sdp::IceCredentials remote, Turn& turn) {
  NewPort wanted{.way = way, .remote = std::move(remote), .awaits_keys = is_terminated()};
  auto port = turn.media.open_port(*bridge_, std::move(wanted), turn.out.commands);
  if (!port) return false;
  leg.media.emplace(*std::move(port), leg.id(), turn.legs.media, turn.random);
  ++port_count_;
  return true;
}

void MediaBridge::remove(Leg& leg, Turn& turn) {
  if (!leg.media) return;
  --port_count_;
  // A bridge takes its ports along.
  if (bridge_) turn.media.close_port(leg.media->port().id, turn.out.commands);
  leg.media.reset();
}

bool MediaBridge::take(Leg& leg, MediaBridge& from, Turn& turn) {
  if (!leg.media || !from.bridge_ || !turn.media.is_ready()) return false;
  const bool is_beside = !bridge_ || bridge_->thread == from.bridge_->thread;
  if (!is_beside || port_count_ >= turn.media.ports_per_bridge()) return false;
  if (!bridge_) {
    bridge_ = turn.media.open_bridge_beside(*from.bridge_, turn.out.commands);
    enter(turn);
  }
  terminate(Why::transfer);
  if (leg.media->is_sealed()) return anchor(leg, from, turn);
  leg.media->move_to(bridge_->id, turn.media, turn.out.commands);
  --from.port_count_;
  ++port_count_;
  return true;
}

bool MediaBridge::anchor(Leg& leg, MediaBridge& from, Turn& turn) {
  MediaEnd& end = *leg.media;
  const NewPort wanted{.way = end.port().way(), .awaits_keys = true};
  auto port = turn.media.open_port(*bridge_, wanted, turn.out.commands);
  if (!port) return false;
  turn.media.close_port(end.port().id, turn.out.commands);
  --from.port_count_;
  ++port_count_;
  end.anchor(*std::move(port), leg.usage().sdp());
  end.session().local() = local_media(leg, turn);
  tell_mode(leg);
  return true;
}

void MediaBridge::reopen(Turn& turn) {
  leave();
  bridge_ = turn.media.reopen_bridge(*bridge_, turn.out.commands);
  enter(turn);
}

bool MediaBridge::reopen_port(Leg& leg, Turn& turn) {
  MediaEnd& end = *leg.media;
  auto port = turn.media.reopen_port(*bridge_, std::move(end.port()), turn.out.commands);
  if (port) end.reopen(*std::move(port));
  return port.has_value();
}

// ---- What phones are told of it -----------------------------------------------------------------

sdp::Relay MediaBridge::relay_of(const Leg& leg, const Turn& turn) const {
  const Network* network = turn.endpoint.names().networks.of(leg.flow().remote);
  const Port& port = leg.media->port();
  return {port.local, turn.media.addresses_for(*bridge_, port, leg.flow(), network)};
}

sdp::LocalMedia MediaBridge::local_media(const Leg& leg, Turn& turn) const {
  const bool has_ice = leg.media->port().way() == Way::ice;
  const MediaSettings& settings = turn.media.settings();
  sdp::Relay relay = relay_of(leg, turn);
  sdp::LocalMedia local;
  local.addresses = std::move(relay.addresses);
  if (!leg.codecs.empty()) {
    local.codecs = leg.codecs;
    local.preference = sdp::Preference::ours;
  } else {
    local.codecs = has_ice ? settings.codecs.browser : settings.codecs.desk;
  }
  local.ice = std::move(relay.ice);
  if (has_ice) {
    local.protection = sdp::Protection::dtls;
    local.fingerprint = turn.media.fingerprint();
  } else if (profile_of(leg.flow()) == MediaProfile::srtp) {
    local.protection = sdp::Protection::sdes;
    local.clear = settings.clear_over_tls;
    local.crypto = fresh_crypto_lines(turn.random);
  }
  return local;
}

}  // namespace dering::call
