// SPDX-License-Identifier: Apache-2.0
//
// The sound of a call while it is set up: ports, offers and the first answer.
#include "call/media_plan.h"

#include <array>
#include <utility>

#include "call/leg_table.h"
#include "call/media_words.h"
#include "sdp/rewrite.h"

namespace dering::call {
namespace {

using sdp::SessionDescription;

/// The credentials that carry the whole description.
std::optional<sdp::IceCredentials> credentials_of(const SessionDescription& description) {
  const sdp::MediaSection* section = sdp::transport_section(description);
  if (!section) return std::nullopt;
  return sdp::ice_credentials(description, *section);
}

/// A browser's description that the engine can carry, or nothing.
std::optional<SessionDescription> parse_webrtc(std::string_view text) {
  auto description = SessionDescription::parse(text);
  if (!description || !sdp::is_webrtc(*description) || !credentials_of(*description)) {
    return std::nullopt;
  }
  return std::move(*description);
}

std::vector<sdp::Encoding> encodings_of(std::span<const sdp::Codec> codecs) {
  std::vector<sdp::Encoding> encodings;
  for (const sdp::Codec& codec : codecs) {
    if (sdp::is_audio(codec.encoding)) encodings.push_back(codec.encoding);
  }
  return encodings;
}

/// In the order of the phone.
std::vector<sdp::Encoding> codecs_of(const MediaEnd& end) {
  const sdp::OfferAnswer& session = end.session();
  if (session.state() == sdp::OfferAnswer::State::asked) {
    return encodings_of(session.asked().codecs);
  }
  return session.agreed() ? encodings_of(session.agreed()->send) : std::vector<sdp::Encoding>();
}

constexpr Way way_of(MediaProfile profile) {
  return profile == MediaProfile::webrtc ? Way::ice : Way::rtp;
}

}  // namespace

// ---- Ports --------------------------------------------------------------------------------------

void MediaPlan::open_bridge(Turn& turn) {
  bridge_ = turn.media.open_bridge(turn.out.commands);
  at_bridge_ = turn.legs.media.bridges.enter(bridge_->id, call_);
  at_command_ = turn.legs.media.bridge_commands.enter(bridge_->command, call_);
}

bool MediaPlan::open_end(Leg& leg, Way way, sdp::IceCredentials remote, Turn& turn) {
  auto port = turn.media.open_port(*bridge_, way, std::move(remote), turn.out.commands);
  if (!port) return false;
  leg.media.emplace(*std::move(port), leg.id(), turn.legs.media, turn.random);
  ++port_count_;
  return true;
}

sdp::LocalMedia MediaPlan::local_media(const Leg& leg, MediaProfile profile, Turn& turn) const {
  const Network* network = turn.endpoint.names().networks.of(leg.flow().remote);
  const Port& port = leg.media->port();
  sdp::LocalMedia local;
  local.addresses = turn.media.addresses_for(*bridge_, port, leg.flow(), network);
  const CodecOrder& codecs = turn.media.codecs();
  local.codecs = port.way() == Way::ice ? codecs.browser : codecs.desk;
  local.ice = port.local;
  if (port.way() == Way::ice) {
    local.protection = sdp::Protection::dtls;
    local.fingerprint = turn.media.fingerprint();
  } else {
    local.protection =
        profile == MediaProfile::srtp ? sdp::Protection::sdes : sdp::Protection::none;
    if (profile == MediaProfile::srtp) local.crypto = fresh_crypto_lines(turn.random);
  }
  return local;
}

sdp::Relay MediaPlan::relay_of(const Leg& leg, const Turn& turn) const {
  const Network* network = turn.endpoint.names().networks.of(leg.flow().remote);
  const Port& port = leg.media->port();
  return {port.local, turn.media.addresses_for(*bridge_, port, leg.flow(), network)};
}

void MediaPlan::apply(Leg& leg, Turn& turn) const {
  leg.media->apply(leg.flow().remote, turn.media, turn.out.commands);
}

void MediaPlan::tell_mode(Leg& leg) const {
  if (leg.media->is_sealed() || mode_ == Mode::sealed) return leg.tell_media("sealed");
  switch (why_) {
    case Why::desk_phone:
      return leg.tell_media("terminated;reason=desk-phone");
    case Why::late_offer:
      return leg.tell_media("terminated;reason=late-offer");
    case Why::echo:
      return leg.tell_media("terminated;reason=echo");
    case Why::transfer:
      return leg.tell_media("terminated;reason=transfer");
  }
}

// ---- Whoever is there first ---------------------------------------------------------------------

std::optional<Outcome> MediaPlan::open(Leg& first, Turn& turn) {
  if (bridge_) return std::nullopt;  // it came with its bridge
  const auto description = parse_webrtc(offer_);
  const bool is_rtp = description      ? false
                      : offer_.empty() ? profile_of(first.flow()) != MediaProfile::webrtc
                                       : SessionDescription::parse(offer_).has_value();
  if (!description && !is_rtp && !offer_.empty()) return Outcome::incompatible;
  if (!turn.media.is_ready()) return Outcome::media_unavailable;
  open_bridge(turn);
  const auto remote = description ? *credentials_of(*description) : sdp::IceCredentials{};
  if (!open_end(first, is_rtp ? Way::rtp : Way::ice, remote, turn)) {
    return Outcome::media_unavailable;
  }
  return take_first_offer(first, turn);
}

std::optional<Outcome> MediaPlan::take_first_offer(Leg& first, Turn& turn) {
  sdp::OfferAnswer& session = first.media->session();
  session.local() = local_media(first, profile_of(first.flow()), turn);
  prepare_for(offer_, session.local(), turn.random);
  if (offer_.empty()) {
    is_terminable_ = true;
    terminate(Why::late_offer);
    return std::nullopt;
  }
  is_terminable_ = session.take_offer(offer_).has_value();
  if (first.media->port().way() == Way::ice || is_terminable_) return std::nullopt;
  return Outcome::incompatible;
}

std::expected<std::string, Outcome> MediaPlan::answer_first(Leg& first,
                                                            std::span<const sdp::Encoding> wanted,
                                                            Turn& turn) {
  sdp::OfferAnswer& session = first.media->session();
  tell_mode(first);
  if (offer_.empty()) return session.offer(wanted);
  if (!early_.empty()) return early_;
  if (session.state() != sdp::OfferAnswer::State::asked) {
    return std::unexpected(Outcome::incompatible);
  }
  std::string answer = session.answer(wanted);
  apply(first, turn);
  return answer;
}

std::expected<std::string, Outcome> MediaPlan::open_echo(Leg& first, Turn& turn) {
  if (const auto refusal = open(first, turn)) return std::unexpected(*refusal);
  if (!is_terminable_) return std::unexpected(Outcome::incompatible);
  terminate(Why::echo);
  return answer_first(first, {}, turn);
}

// ---- Phones that ring ---------------------------------------------------------------------------

bool MediaPlan::can_be_sealed(const Leg& first, const sip::Flow& phone) const {
  return mode_ == Mode::undecided && !offer_.empty() && early_.empty() &&
         first.media->port().way() == Way::ice && profile_of(phone) == MediaProfile::webrtc;
}

bool MediaPlan::can_ring(const Leg& first, const sip::Flow& phone, const Turn& turn) const {
  if (!bridge_ || !first.media || port_count_ >= turn.media.ports_per_bridge()) return false;
  if (!turn.media.is_ready() || !turn.media.has_way(*bridge_, way_of(profile_of(phone)))) {
    return false;
  }
  return is_terminable_ || can_be_sealed(first, phone);
}

std::string MediaPlan::offer_to(Leg& callee, const Leg& first, Turn& turn) {
  const MediaProfile profile = profile_of(callee.flow());
  if (!open_end(callee, way_of(profile), {}, turn)) return {};
  if (can_be_sealed(first, callee.flow())) return sealed_offer(callee, turn);
  tell_mode(callee);
  sdp::OfferAnswer& session = callee.media->session();
  session.local() = local_media(callee, profile, turn);
  return session.offer(codecs_of(*first.media));
}

std::string MediaPlan::sealed_offer(Leg& callee, Turn& turn) {
  callee.media->seal();
  tell_mode(callee);
  auto description = SessionDescription::parse(offer_);
  const auto rewritten = sdp::relay_rewrite(*std::move(description), relay_of(callee, turn),
                                            callee.media->session().next_origin());
  return rewritten ? rewritten->text() : std::string();
}

void MediaPlan::take_early(Leg& callee, std::string_view answer, Turn& turn) {
  if (!callee.media || callee.media->is_sealed() || answer.empty()) return;
  if (callee.media->session().take_early_answer(answer)) apply(callee, turn);
}

std::optional<std::string> MediaPlan::pass_early(Leg& first, Leg& callee, Turn& turn) {
  if (!first.media || !callee.media || !early_.empty() || offer_.empty()) return std::nullopt;
  if (!callee.media->is_terminated() || !first.may_answer() || !is_terminable_) return std::nullopt;
  if (mode_ == Mode::undecided) terminate(Why::desk_phone);
  auto answer = answer_first(first, codecs_of(*callee.media), turn);
  if (!answer) return std::nullopt;
  early_ = *std::move(answer);
  early_leg_ = callee.id();
  return early_;
}

// ---- The first answer ---------------------------------------------------------------------------

std::expected<std::string, Outcome> MediaPlan::connect(Leg& first, Leg& winner, Turn& turn) {
  if (!first.media || !winner.media) return std::unexpected(Outcome::incompatible);
  early_leg_ = {};
  if (winner.media->is_sealed()) return connect_sealed(first, winner, turn);
  const std::string answer = winner.take_answer();
  sdp::OfferAnswer& session = winner.media->session();
  // What was said in a reliable 183 need not be said again.
  const bool is_known = answer.empty() && session.agreed();
  if (!is_known && !session.take_answer(answer)) return std::unexpected(Outcome::incompatible);
  if (mode_ == Mode::undecided) terminate(Why::desk_phone);
  apply(winner, turn);
  if (!first.may_answer()) return std::string();
  return answer_first(first, codecs_of(*winner.media), turn);
}

std::expected<std::string, Outcome> MediaPlan::connect_sealed(Leg& first, Leg& winner, Turn& turn) {
  auto description = parse_webrtc(winner.take_answer());
  if (!description || mode_ != Mode::undecided) return std::unexpected(Outcome::incompatible);
  mode_ = Mode::sealed;
  first.media->seal();
  winner.media->set_remote(*credentials_of(*description), turn.media, turn.out.commands);
  tell_mode(first);
  const auto rewritten = sdp::relay_rewrite(*std::move(description), relay_of(first, turn),
                                            first.media->session().next_origin());
  if (!rewritten) return std::unexpected(Outcome::incompatible);
  return rewritten->text();
}

// ---- The end ------------------------------------------------------------------------------------

void MediaPlan::drop(Leg& leg, Turn& turn) {
  if (!leg.media) return;
  --port_count_;
  // A bridge takes its ports along.
  if (bridge_) turn.media.close_port(leg.media->port().id, turn.out.commands);
  if (early_leg_ == leg.id()) early_leg_ = {};
  leg.media.reset();
}

void MediaPlan::close(Turn& turn) {
  if (!bridge_) return;
  turn.media.close_bridge(bridge_->id, turn.out.commands);
  at_bridge_.release();
  at_command_.release();
  bridge_.reset();
}

bool MediaPlan::hand_over(Leg& leg, std::span<const LegId> others, MediaPlan& to, Turn& turn) {
  if (to.bridge_ || mode_ != Mode::terminated || !leg.media || !leg.media->is_terminated()) {
    return false;
  }
  for (const LegId id : others) {
    if (id != leg.id()) drop(*turn.legs.find(id), turn);
  }
  to.bridge_ = std::exchange(bridge_, std::nullopt);
  at_bridge_.release();
  at_command_.release();
  to.at_bridge_ = turn.legs.media.bridges.enter(to.bridge_->id, to.call_);
  to.at_command_ = turn.legs.media.bridge_commands.enter(to.bridge_->command, to.call_);
  to.port_count_ = std::exchange(port_count_, 0);
  to.is_terminable_ = true;
  to.terminate(Why::transfer);
  return true;
}

}  // namespace dering::call
