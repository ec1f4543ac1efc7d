// SPDX-License-Identifier: Apache-2.0
//
// What comes in for a call: what its phones ask for, and what its feature is told of.
#include <utility>

#include "call/call.h"
#include "call/leg_table.h"
#include "call/scene.h"
#include "sdp/inactive_answer.h"
#include "sip/message/media_type.h"

namespace dering::call {

using sip::Method;

namespace {

constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

// ---- The feature --------------------------------------------------------------------------------

template <class Tell>
void Call::tell_features(Tell tell, Turn& turn) {
  Scene scene(*this, turn);
  if (feature_) tell(*feature_, scene);
  for (const auto& attachment : attached_) {
    if (state_ == State::open) tell(*attachment, scene);
  }
  settle_features(turn);
}

void Call::settle_features(Turn& turn) {
  Scene scene(*this, turn);
  while (state_ == State::open && (next_ || !coming_.empty())) {
    for (auto& attachment : std::exchange(coming_, {})) {
      attached_.push_back(std::move(attachment));
      attached_.back()->on_start(scene);
    }
    if (!next_) continue;
    feature_ = std::move(next_);
    feature_->on_start(scene);
  }
}

void Call::on(const LegEvent& event, Turn& turn) {
  if (state_ == State::ending) return;
  if (event.what == LegEvent::What::unplayable) return on_media_lost(turn);
  Leg* leg = turn.legs.find(event.leg);
  if (leg && event.what == LegEvent::What::failed) path_.drop(*leg, turn);
  tell_features([&](Feature& feature, Scene& scene) { feature.on(event, scene); }, turn);
  if (leg && event.what == LegEvent::What::transfer_asked) leg->refuse_transfer(405, turn);
}

void Call::on_contact(std::string_view extension, const Contact& contact, Turn& turn) {
  if (state_ == State::ending) return;
  tell_features(
      [&](Feature& feature, Scene& scene) { feature.on_contact(extension, contact, scene); }, turn);
}

void Call::on_time(Turn& turn) {
  if (state_ == State::open) {
    tell_features([](Feature& feature, Scene& scene) { feature.on_time(scene); }, turn);
  }
  for (const LegId id : legs_) turn.legs.find(id)->on_time(turn);
}

void Call::on_media_lost(Turn& turn) {
  end(is_answered() ? Outcome::media_lost : Outcome::media_unavailable, turn);
}

// ---- What a phone asks for ----------------------------------------------------------------------

void Call::on_request(Leg& leg, sip::RequestArrived request, Turn& turn) {
  if (leg.state() == Leg::State::ended) return leg.respond(request, 481, turn);
  if (!leg.admit(request, turn)) return;
  const bool is_talking = leg.state() == Leg::State::talking;
  const Method method = request.message.method();
  switch (method) {
    case Method::bye:
      return leg.on_bye(request, turn);
    case Method::invite:
    case Method::update:
      if (ua::asks_for_too_short_session(request.message, request.flow)) {
        return leg.respond(request, 422, turn);
      }
      if (method == Method::update && request.message.body().empty()) {
        return leg.respond_to_refresh(request, turn);
      }
      return is_talking ? on_offer(leg, std::move(request), turn) : leg.respond(request, 500, turn);
    case Method::info:
      return is_talking ? on_info(leg, std::move(request), turn) : leg.respond(request, 500, turn);
    case Method::options:
      return leg.respond(request, 200, turn);
    case Method::prack:
      return leg.on_prack(request, turn);
    case Method::refer:
      return leg.on_refer(std::move(request), turn);
    case Method::ack:
    case Method::cancel:
    case Method::register_:
    case Method::notify:
    case Method::subscribe:
    case Method::message:
    case Method::publish:
      return leg.respond(request, 405, turn);
    case Method::unknown:
      return leg.respond(request, 501, turn);
  }
}

void Call::on_offer(Leg& leg, sip::RequestArrived request, Turn& turn) {
  if (path_.uses_engine()) {
    const auto answer = path_.answer_again(leg, request.message.body(), turn);
    if (!answer) return leg.respond(request, 488, turn);
    return leg.respond_with_answer(request, *answer, turn);
  }
  Leg* partner = partner_of(leg, turn);
  if (!partner) {
    // Nobody hears it now: whatever it offers is on hold.
    const auto answer = sdp::inactive_answer(request.message.body(), leg.usage().sdp());
    if (!answer) return leg.respond(request, 488, turn);
    return leg.respond_with_answer(request, *answer, turn);
  }
  // Desk phones know glare (RFC 3261 §14.1); browsers, who do not, never come here.
  const bool is_glare = partner->state() != Leg::State::talking ||
                        partner->usage().has_offer_pending() || leg.usage().has_offer_pending();
  if (is_glare) return leg.respond(request, 491, turn);
  partner->pass_on(std::move(request), turn);
  on_passed_on(*partner, turn);
}

void Call::on_info(Leg& leg, sip::RequestArrived request, Turn& turn) {
  const auto type = request.message.header(sip::HeaderId::content_type).value_or("");
  const bool is_digit = sip::is_media_type(type, "application/dtmf-relay") ||
                        sip::is_media_type(type, "application/dtmf");
  if (!is_digit) return leg.respond(request, 415, turn);
  Leg* partner = partner_of(leg, turn);
  if (!partner || !partner->has_talked()) return leg.respond(request, 200, turn);
  partner->pass_on(std::move(request), turn);
  on_passed_on(*partner, turn);
}

void Call::on_passed_on(Leg& from, Turn& turn) {
  if (!from.has_talked()) return;
  auto passed = from.usage().take_passed_on();
  if (!passed) return;
  Leg* to = partner_of(from, turn);
  if (!passed->request) {
    if (to) complete_offer(from, *to, *passed, turn);
    return;
  }
  if (!to) return;
  const sip::RequestArrived& request = *passed->request;
  const Method method = request.message.method();
  const bool is_answer =
      is_success(passed->status) && (method == Method::invite || method == Method::update);
  if (is_answer) {
    to->respond_with_answer(request, passed->body, turn);
  } else {
    to->respond(request, passed->status == 481 ? 504 : passed->status, turn);
  }
}

/// An offer of our own that brings two phones together (RFC 3725): each description goes to the
/// other one.
void Call::complete_offer(Leg& from, Leg& to, const ua::PassedOn& passed, Turn& turn) {
  if (!is_success(passed.status)) {
    turn.events.push_back({id_, from.id(), LegEvent::What::lost});
  } else if (from.owes_answer()) {
    to.offer(passed.body, turn);
    on_passed_on(to, turn);
  } else {
    to.answer_in_ack(passed.body, turn);
  }
}

void Call::on_ack(Leg& leg, const sip::AckArrived& ack, Turn& turn) {
  Leg* partner = partner_of(leg, turn);
  const std::string_view answer = ack.message.body();
  const bool is_answer_missing = answer.empty() && partner && partner->owes_answer() &&
                                 leg.usage().state() == ua::InviteUsage::State::talking;
  if (partner && state_ == State::open) partner->answer_in_ack(answer, turn);
  leg.on_ack(turn);
  // Neither could know where to send (RFC 3261 §13.2.1).
  if (is_answer_missing) end(Outcome::incompatible, turn);
}

}  // namespace dering::call
