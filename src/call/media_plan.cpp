// SPDX-License-Identifier: Apache-2.0
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

/// Whether it is a browser's that the engine can carry.
bool has_way_by_ice(const SessionDescription& description) {
  return sdp::is_webrtc(description) && credentials_of(description);
}

}  // namespace

// ---- Whoever is there first ---------------------------------------------------------------------

std::optional<Outcome> MediaPlan::open(Leg& first, Turn& turn) {
  if (bridge_.is_open()) return std::nullopt;  // it came with its bridge
  auto description = SessionDescription::parse(offer_);
  if (!description && !offer_.empty()) return Outcome::incompatible;
  const bool has_ice =
      description ? has_way_by_ice(*description) : profile_of(first.flow()) == MediaProfile::webrtc;
  if (!turn.media.is_ready()) return Outcome::media_unavailable;
  bridge_.open(turn);
  auto remote = description && has_ice ? *credentials_of(*description) : sdp::IceCredentials{};
  if (!bridge_.add(first, has_ice ? Way::ice : Way::rtp, std::move(remote), turn)) {
    return Outcome::media_unavailable;
  }
  return take_first_offer(first, std::move(description).value_or(SessionDescription()), turn);
}

std::optional<Outcome> MediaPlan::take_first_offer(Leg& first, SessionDescription description,
                                                   Turn& turn) {
  sdp::OfferAnswer& session = first.media->session();
  session.local() = bridge_.local_media(first, turn);
  prepare_for(offer_, session.local(), turn.random);
  if (offer_.empty()) {
    bridge_.terminate(MediaBridge::Why::late_offer);
    return std::nullopt;
  }
  const auto taken = session.take_offer(std::move(description));
  has_common_codec_ = taken.has_value();
  if (first.media->port().way() == Way::ice || taken) return std::nullopt;
  return outcome_of(taken.error());
}

std::expected<std::string, Outcome> MediaPlan::answer_first(Leg& first,
                                                            std::span<const sdp::Encoding> wanted,
                                                            Turn& turn) {
  sdp::OfferAnswer& session = first.media->session();
  bridge_.tell_mode(first);
  if (offer_.empty()) return session.offer(wanted);
  if (!early_.empty()) return early_;
  if (session.state() != sdp::OfferAnswer::State::asked) {
    return std::unexpected(Outcome::incompatible);
  }
  std::string answer = session.answer(wanted);
  first.media->apply(first.flow().remote, turn.media, turn.out.commands);
  return answer;
}

std::expected<std::string, Outcome> MediaPlan::take_in(Leg& newcomer, const Leg& other,
                                                       std::string_view offer, Turn& turn) {
  const bool can_hear = other.media && (bridge_.is_sealed() || is_terminable());
  if (!can_hear) return std::unexpected(Outcome::incompatible);
  const Way way = way_of(profile_of(newcomer.flow()));
  if (!bridge_.has_room(way, turn) || !bridge_.add(newcomer, way, {}, turn)) {
    return std::unexpected(Outcome::media_unavailable);
  }
  sdp::OfferAnswer& session = newcomer.media->session();
  session.local() = bridge_.local_media(newcomer, turn);
  if (!offer.empty()) {
    prepare_for(offer, session.local(), turn.random);
    if (const auto taken = session.take_offer(offer); !taken) {
      return std::unexpected(outcome_of(taken.error()));
    }
  }
  // Not before: who cannot be answered changes nothing for the others.
  if (!bridge_.is_terminated()) bridge_.terminate(MediaBridge::Why::transfer);
  bridge_.tell_mode(newcomer);
  const auto wanted = other.media->session().spoken();
  if (offer.empty()) return session.offer(wanted);
  std::string answer = session.answer(wanted);
  newcomer.media->apply(newcomer.flow().remote, turn.media, turn.out.commands);
  return answer;
}

std::expected<std::string, Outcome> MediaPlan::answer_first_to(Leg& first, const Leg& newcomer,
                                                               Turn& turn) {
  return answer_first(first, newcomer.media->session().spoken(), turn);
}

std::expected<std::string, Outcome> MediaPlan::open_alone(Leg& first, MediaBridge::Why why,
                                                          Turn& turn) {
  if (const auto refusal = open(first, turn)) return std::unexpected(*refusal);
  if (!is_terminable()) return std::unexpected(Outcome::incompatible);
  bridge_.terminate(why);
  return answer_first(first, {}, turn);
}

// ---- Phones that ring ---------------------------------------------------------------------------

bool MediaPlan::can_be_sealed(const Leg& first, const sip::Flow& phone) const {
  return bridge_.is_undecided() && !offer_.empty() && early_.empty() &&
         first.media->port().way() == Way::ice && profile_of(phone) == MediaProfile::webrtc;
}

bool MediaPlan::can_ring(const Leg& first, const sip::Flow& phone, const Turn& turn) const {
  if (!first.media || !bridge_.has_room(way_of(profile_of(phone)), turn)) return false;
  return is_terminable() || can_be_sealed(first, phone);
}

std::string MediaPlan::offer_to(Leg& callee, const Leg& first, Turn& turn) {
  if (!bridge_.add(callee, way_of(profile_of(callee.flow())), {}, turn)) return {};
  if (can_be_sealed(first, callee.flow())) return sealed_offer(callee, turn);
  bridge_.tell_mode(callee);
  sdp::OfferAnswer& session = callee.media->session();
  session.local() = bridge_.local_media(callee, turn);
  return session.offer(first.media->session().spoken());
}

std::string MediaPlan::sealed_offer(Leg& callee, Turn& turn) {
  callee.media->seal();
  bridge_.tell_mode(callee);
  auto description = SessionDescription::parse(offer_);
  const auto rewritten = sdp::relay_rewrite(*std::move(description), bridge_.relay_of(callee, turn),
                                            callee.media->session().next_origin());
  return rewritten ? rewritten->text() : std::string();
}

void MediaPlan::take_early(Leg& callee, std::string_view answer, Turn& turn) {
  if (!callee.media || callee.media->is_sealed() || answer.empty()) return;
  if (!callee.media->session().take_early_answer(answer)) return;
  callee.media->apply(callee.flow().remote, turn.media, turn.out.commands);
}

std::optional<std::string> MediaPlan::pass_early(Leg& first, Leg& callee, Turn& turn) {
  if (!first.media || !callee.media || !early_.empty() || offer_.empty()) return std::nullopt;
  if (!callee.media->is_terminated() || !first.may_answer() || !is_terminable())
    return std::nullopt;
  if (bridge_.is_undecided()) bridge_.terminate(MediaBridge::Why::desk_phone);
  auto answer = answer_first(first, callee.media->session().spoken(), turn);
  if (!answer) return std::nullopt;
  early_ = *std::move(answer);
  return early_;
}

// ---- The first answer ---------------------------------------------------------------------------

std::expected<std::string, Outcome> MediaPlan::connect(Leg& first, Leg& winner, Turn& turn) {
  if (!first.media || !winner.media) return std::unexpected(Outcome::incompatible);
  if (winner.media->is_sealed()) return connect_sealed(first, winner, turn);
  const std::string answer = winner.take_answer();
  sdp::OfferAnswer& session = winner.media->session();
  // What was said in a reliable 183 need not be said again.
  const bool is_known = answer.empty() && session.agreed();
  if (!is_known && !session.take_answer(answer)) return std::unexpected(Outcome::incompatible);
  if (bridge_.is_undecided()) bridge_.terminate(MediaBridge::Why::desk_phone);
  winner.media->apply(winner.flow().remote, turn.media, turn.out.commands);
  if (!first.may_answer()) return std::string();
  return answer_first(first, winner.media->session().spoken(), turn);
}

std::expected<std::string, Outcome> MediaPlan::connect_sealed(Leg& first, Leg& winner, Turn& turn) {
  auto description = SessionDescription::parse(winner.take_answer());
  if (!description || !has_way_by_ice(*description) || !bridge_.is_undecided()) {
    return std::unexpected(Outcome::incompatible);
  }
  bridge_.seal();
  first.media->seal();
  const auto offered = SessionDescription::parse(offer_);
  if (offered && !sdp::can_change_certificate(*offered)) first.media->seal_for_good();
  if (!sdp::can_change_certificate(*description)) winner.media->seal_for_good();
  winner.media->set_remote(*credentials_of(*description), turn.media, turn.out.commands);
  bridge_.tell_mode(first);
  const auto rewritten = sdp::relay_rewrite(*std::move(description), bridge_.relay_of(first, turn),
                                            first.media->session().next_origin());
  if (!rewritten) return std::unexpected(Outcome::incompatible);
  return rewritten->text();
}

}  // namespace dering::call
