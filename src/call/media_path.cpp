// SPDX-License-Identifier: Apache-2.0
#include "call/media_path.h"

#include <utility>

#include "call/leg_table.h"
#include "sdp/answer.h"
#include "sdp/description.h"
#include "sdp/reading.h"
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

media::v2::Dtls dtls_for(const SessionDescription& offer, const SessionDescription& answer) {
  const sdp::MediaSection& theirs = *sdp::transport_section(offer);
  const sdp::MediaSection* ours = sdp::transport_section(answer);
  const bool is_client = ours && sdp::setup(answer, *ours) == sdp::Setup::active;
  media::v2::Dtls dtls;
  dtls.set_fingerprint(sdp::sha256_fingerprint(offer, theirs).value_or(""));
  dtls.set_role(is_client ? media::v2::Dtls::ROLE_CLIENT : media::v2::Dtls::ROLE_SERVER);
  return dtls;
}

sdp::Origin next_origin(Port& port) {
  ++port.origin.version;
  return port.origin;
}

}  // namespace

std::optional<Outcome> MediaPath::open(Leg& caller, std::string_view offer, Turn& turn) {
  if (profile_of(caller.flow()) == MediaProfile::rtp) {
    const bool is_usable = offer.empty() || SessionDescription::parse(offer).has_value();
    return is_usable ? std::nullopt : std::optional(Outcome::incompatible);
  }
  const auto description = parse_webrtc(offer);
  if (!description) return Outcome::incompatible;
  if (!turn.media.is_ready()) return Outcome::media_unavailable;
  open_bridge(Kind::sealed, caller.call(), turn);
  open_port(caller, *credentials_of(*description), nullptr, turn);
  return std::nullopt;
}

std::expected<std::string, Outcome> MediaPath::open_echo(Leg& caller, std::string_view offer,
                                                         Turn& turn) {
  const auto description = parse_webrtc(offer);
  if (!description || profile_of(caller.flow()) != MediaProfile::webrtc) {
    return std::unexpected(Outcome::incompatible);
  }
  if (!turn.media.is_ready()) return std::unexpected(Outcome::media_unavailable);
  open_bridge(Kind::echo, caller.call(), turn);
  media::v2::Dtls dtls = dtls_for(*description, {});
  open_port(caller, *credentials_of(*description), &dtls, turn);
  const sdp::Terminus terminus{relay_of(caller, turn), turn.media.fingerprint()};
  const auto answer = sdp::echo_answer(*description, terminus, next_origin(caller.media->port));
  if (!answer) return std::unexpected(Outcome::incompatible);
  // The role is known only with the answer; the engine sees both commands before any packet.
  *turn.out.commands.back().mutable_open_port()->mutable_dtls() = dtls_for(*description, *answer);
  return answer->text();
}

std::string MediaPath::offer_to(Leg& callee, std::string_view offer, Turn& turn) {
  if (kind_ == Kind::direct) return std::string(offer);
  open_port(callee, {}, nullptr, turn);
  auto description = SessionDescription::parse(offer);
  const auto rewritten = sdp::relay_rewrite(std::move(*description), relay_of(callee, turn),
                                            next_origin(callee.media->port));
  return rewritten ? rewritten->text() : std::string();
}

std::optional<std::string> MediaPath::answer_from(Leg& callee, Leg& caller, std::string_view answer,
                                                  Turn& turn) {
  if (kind_ == Kind::direct) return std::string(answer);
  auto description = parse_webrtc(answer);
  if (!description) return std::nullopt;
  turn.media.set_remote(callee.media->port, *credentials_of(*description), turn.out.commands);
  follow_command(callee, turn);
  const auto rewritten = sdp::relay_rewrite(std::move(*description), relay_of(caller, turn),
                                            next_origin(caller.media->port));
  if (!rewritten) return std::nullopt;
  return rewritten->text();
}

std::optional<std::string> MediaPath::answer_again(Leg& leg, std::string_view offer, Turn& turn) {
  const std::string& said = leg.usage().sdp();
  if (offer.empty()) return said;
  const auto description = parse_webrtc(offer);
  const auto previous = SessionDescription::parse(said);
  if (!description || !previous || !leg.media) return std::nullopt;
  auto remote = *credentials_of(*description);
  const bool is_restart = remote != leg.media->port.remote;
  if (is_restart) {
    turn.media.restart(leg.media->port, std::move(remote), turn.out.commands);
    follow_command(leg, turn);
  }
  const sdp::Relay relay = relay_of(leg, turn);
  const auto answer = sdp::answer_for_reoffer(
      *description, *previous, is_restart ? &relay : nullptr, next_origin(leg.media->port));
  if (!answer) return std::nullopt;
  return answer->text();
}

void MediaPath::drop(Leg& leg, Turn& turn) {
  if (!leg.media) return;
  --port_count_;
  // A bridge takes its ports along.
  if (bridge_) turn.media.close_port(leg.media->port.id, turn.out.commands);
  leg.media.reset();
}

void MediaPath::close(Turn& turn) {
  if (!bridge_) return;
  turn.media.close_bridge(bridge_->id, turn.out.commands);
  at_bridge_.release();
  at_command_.release();
  bridge_.reset();
}

void MediaPath::open_bridge(Kind kind, CallId call, Turn& turn) {
  kind_ = kind;
  const auto engine_kind =
      kind == Kind::echo ? media::v2::OpenBridge::KIND_ECHO : media::v2::OpenBridge::KIND_SEALED;
  bridge_ = turn.media.open_bridge(engine_kind, turn.out.commands);
  at_bridge_ = turn.legs.media.bridges.enter(bridge_->id, call);
  at_command_ = turn.legs.media.bridge_commands.enter(bridge_->command, call);
}

void MediaPath::open_port(Leg& leg, const sdp::IceCredentials& remote, const media::v2::Dtls* dtls,
                          Turn& turn) {
  MediaIndex& index = turn.legs.media;
  const Port& port =
      leg.media.emplace(turn.media.open_port(bridge_->id, remote, dtls, turn.out.commands)).port;
  leg.media->at_port = index.ports.enter(port.id, leg.id());
  leg.media->at_command = index.commands.enter(port.command, leg.id());
  ++port_count_;
}

void MediaPath::follow_command(Leg& leg, Turn& turn) {
  leg.media->at_command.release();
  leg.media->at_command = turn.legs.media.commands.enter(leg.media->port.command, leg.id());
}

bool MediaPath::has_room(const Turn& turn) const {
  return !uses_engine() || port_count_ < turn.media.ports_per_bridge();
}

sdp::Relay MediaPath::relay_of(const Leg& leg, const Turn& turn) const {
  const Network* network = turn.endpoint.names().networks.of(leg.flow().remote);
  return {leg.media->port.local, turn.media.addresses_for(*bridge_, leg.flow(), network)};
}

}  // namespace dering::call
