// SPDX-License-Identifier: Apache-2.0
#include "call/passed_offer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "call/glare.h"
#include "call/leg.h"
#include "call/media_bridge.h"
#include "call/media_words.h"
#include "sdp/answer.h"
#include "sdp/rewrite.h"

namespace dering::call {
namespace {

using namespace std::chrono_literals;
using sdp::SessionDescription;

/// Its own offer is answered here at once: a page that said 491 has that answer by then.
constexpr Duration retry_wait = 300ms;
/// Somebody waits for a picture; their page asks again if it is still wanted.
constexpr Duration patience = 3s;

/// More than sound goes on there, or is to.
bool has_more_than_sound(const SessionDescription& description) {
  return std::ranges::any_of(description.media, [](const sdp::MediaSection& section) {
    return section.kind != "audio" && !section.is_rejected();
  });
}

bool is_holding(sdp::Direction offered) {
  return offered == sdp::Direction::sendonly || offered == sdp::Direction::inactive;
}

std::optional<SessionDescription> parse_webrtc(std::string_view text) {
  auto description = SessionDescription::parse(text);
  if (!description || !sdp::is_webrtc(*description)) return std::nullopt;
  return std::move(*description);
}

bool is_sealed(const Leg& leg) {
  return leg.is_talking() && leg.media && leg.media->is_sealed();
}

/// What that page knows of, and the other does not: sections never go (RFC 3264 §8).
void add_missing_sections(SessionDescription& description, std::string_view said) {
  const auto known = SessionDescription::parse(said);
  if (!known) return;
  for (std::size_t i = description.media.size(); i < known->media.size(); ++i) {
    description.media.push_back(sdp::rejected(known->media[i]));
  }
}

}  // namespace

bool PassedOffer::concerns(const Leg& leg, const Leg& partner, std::string_view offer) {
  if (!is_sealed(leg) || !is_sealed(partner)) return false;
  if (leg.passed_offer.is_waiting() || partner.passed_offer.is_waiting()) return false;
  // What is held stays as it is; the offer that goes on is passed on again.
  if (partner.media->hold.is_mine()) return false;
  const auto description = parse_webrtc(offer);
  if (!description) return false;
  if (is_holding(sdp::direction(*description, *sdp::transport_section(*description)))) return false;
  if (has_more_than_sound(*description)) return true;
  const auto said = SessionDescription::parse(leg.usage().sdp());
  return said && has_more_than_sound(*said);
}

void PassedOffer::begin(sip::RequestArrived request, const Leg& partner, Instant now) {
  request_ = std::make_unique<sip::RequestArrived>(std::move(request));
  state_ = State::wanted;
  partner_ = partner.id();
  retry_at_.reset();
  gives_up_at_ = now + patience;
}

std::unique_ptr<sip::RequestArrived> PassedOffer::settle(Leg& leg, Leg* partner,
                                                         const MediaBridge& bridge, Turn& turn) {
  if (!request_) return nullptr;
  const bool is_theirs = partner && partner->id() == partner_ && bridge.is_sealed() &&
                         is_sealed(leg) && is_sealed(*partner);
  const bool is_late = state_ == State::wanted && turn.now >= gives_up_at_;
  if (state_ == State::failed || !is_theirs || is_late) {
    state_ = State::none;
    return std::exchange(request_, nullptr);
  }
  if (retry_at_ && turn.now >= *retry_at_) retry_at_.reset();
  if (state_ == State::wanted && !retry_at_ && partner->may_offer()) make(*partner, bridge, turn);
  return nullptr;
}

void PassedOffer::make(Leg& partner, const MediaBridge& bridge, Turn& turn) {
  const std::string said = partner.usage().sdp();
  auto description = *parse_webrtc(request_->message.body());
  add_missing_sections(description, said);
  const auto offer = sdp::relay_rewrite(std::move(description), bridge.relay_of(partner, turn),
                                        partner.media->session().next_origin());
  state_ = offer ? State::made : State::failed;
  if (!offer) return;
  offered_ = offer->text();
  partner.offer(offered_, turn);
  // Its page has not taken it yet, and may have made one of its own.
  partner.usage().set_sdp(said);
}

void PassedOffer::on_offered(Pair pair, const ua::PassedOn& passed, const MediaBridge& bridge,
                             Turn& turn) {
  const bool is_good = passed.status >= 200 && passed.status < 300;
  if (is_good && pass_back(pair, passed.body, bridge, turn)) {
    state_ = State::none;
    request_.reset();
    return;
  }
  state_ = came_too_early(passed.status) ? State::wanted : State::failed;
  if (state_ == State::wanted) retry_at_ = turn.now + retry_wait;
}

bool PassedOffer::pass_back(Pair pair, std::string_view answer, const MediaBridge& bridge,
                            Turn& turn) {
  auto& [leg, partner] = pair;
  auto offered = parse_webrtc(request_->message.body());
  auto answered = parse_webrtc(answer);
  if (!answered || answered->media.size() < offered->media.size()) return false;
  partner.usage().set_sdp(with_role(offered_, answer));
  partner.media->directions = sdp::directions(*offered);
  leg.media->directions = sdp::directions(*answered);
  const auto ice_of = [](const SessionDescription& description) {
    return *sdp::ice_credentials(description, *sdp::transport_section(description));
  };
  if (auto theirs = ice_of(*answered); theirs != partner.media->port().remote) {
    partner.media->set_remote(std::move(theirs), turn.media, turn.out.commands);
  }
  if (auto ours = ice_of(*offered); ours != leg.media->port().remote) {
    leg.media->restart(std::move(ours), turn.media, turn.out.commands);
  }
  answered->media.resize(offered->media.size());
  const auto text = sdp::relay_rewrite(*std::move(answered), bridge.relay_of(leg, turn),
                                       leg.media->session().next_origin());
  if (!text) return false;
  leg.media->hold.set_mine(false);
  partner.media->hold.on_forgotten();
  leg.respond_with_answer(*request_, text->text(), turn);
  return true;
}

std::optional<Instant> PassedOffer::next_deadline() const {
  if (state_ == State::wanted) return retry_at_ ? *retry_at_ : gives_up_at_;
  return std::nullopt;
}

}  // namespace dering::call
