// SPDX-License-Identifier: Apache-2.0
//
// What comes in for a call: from its phones, their connections and the media engine.
#include "call/call.h"
#include "sip/message/media_type.h"

namespace dering::call {

using sip::Method;

namespace {

/// A phone that gave up a call whose sound was lost says so in its BYE (RFC 3326).
Signal ending_of(const sip::Message& bye) {
  const auto reason = bye.header(sip::HeaderId::reason);
  return reason && tells_of_loss(*reason) ? Signal::lost : Signal::hung_up;
}

}  // namespace

void Call::on_signal(Leg& leg, Signal signal, Turn& turn) {
  if (state_ == State::ending) return;
  switch (signal) {
    case Signal::none:
      return;
    case Signal::failed:
      path_.drop(leg, turn);
      [[fallthrough]];
    case Signal::ringing:
    case Signal::answered:
      if (state_ == State::setting_up) feature_->on_leg(*this, leg, signal, turn);
      return;
    case Signal::hung_up:
      return end(Outcome::answered, turn);
    case Signal::lost:
      return end(state_ == State::talking ? Outcome::lost : Outcome::caller_gone, turn);
  }
}

void Call::on_request(LegId id, sip::RequestArrived request, Turn& turn) {
  Leg& leg = this->leg(id);
  if (leg.state() == Leg::State::ended) return leg.respond(request, 481, turn);
  if (!leg.admit(request, turn)) return;
  const bool is_talking = leg.state() == Leg::State::talking;
  switch (request.message.method()) {
    case Method::bye:
      if (leg.state() == Leg::State::inviting || leg.state() == Leg::State::ringing) {
        leg.respond(request, 200, turn);  // RFC 3261 §15: a caller may end an early dialog so
        return end(Outcome::cancelled, turn);
      }
      leg.on_bye(request, turn);
      return on_signal(leg, ending_of(request.message), turn);
    case Method::invite:
      return is_talking ? on_offer(leg, std::move(request), turn) : leg.respond(request, 500, turn);
    case Method::update:
      if (request.message.body().empty()) return leg.respond(request, 200, turn);
      return is_talking ? on_offer(leg, std::move(request), turn) : leg.respond(request, 500, turn);
    case Method::info:
      return is_talking ? on_info(leg, std::move(request), turn) : leg.respond(request, 500, turn);
    case Method::options:
      return leg.respond(request, 200, turn);
    case Method::ack:
    case Method::cancel:
    case Method::register_:
    case Method::refer:
    case Method::notify:
    case Method::subscribe:
    case Method::message:
    case Method::publish:
    case Method::prack:
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
  Leg* peer = peer_of(leg);
  // Desk phones know glare (RFC 3261 §14.1); browsers, who do not, never come here.
  if (!peer || peer->has_offer_pending() || leg.has_offer_pending()) {
    return leg.respond(request, 491, turn);
  }
  peer->forward(std::move(request), turn);
  pass_on_forwarded(*peer, turn);
}

void Call::on_info(Leg& leg, sip::RequestArrived request, Turn& turn) {
  const auto type = request.message.header(sip::HeaderId::content_type).value_or("");
  const bool is_digit = sip::is_media_type(type, "application/dtmf-relay") ||
                        sip::is_media_type(type, "application/dtmf");
  if (!is_digit) return leg.respond(request, 415, turn);
  Leg* peer = peer_of(leg);
  if (!peer) return leg.respond(request, 200, turn);
  peer->forward(std::move(request), turn);
  pass_on_forwarded(*peer, turn);
}

void Call::pass_on_forwarded(Leg& from, Turn& turn) {
  auto forwarded = from.take_forwarded();
  Leg* to = peer_of(from);
  if (!forwarded || !to) return;
  const Method method = forwarded->request.message.method();
  const bool is_answer = forwarded->status >= 200 && forwarded->status < 300 &&
                         (method == Method::invite || method == Method::update);
  if (is_answer) {
    to->respond_with_answer(forwarded->request, forwarded->body, turn);
  } else {
    to->respond(forwarded->request, forwarded->status == 481 ? 504 : forwarded->status, turn);
  }
}

void Call::on_ack(LegId id, const sip::AckArrived& ack, Turn& turn) {
  Leg& leg = this->leg(id);
  Leg* peer = peer_of(leg);
  if (peer && state_ == State::talking) peer->send_answer_in_ack(ack.message.body(), turn);
  leg.on_ack(turn);
}

void Call::on_ack_missing(LegId id, Turn& turn) {
  Leg& leg = this->leg(id);
  end(Outcome::lost, turn);
  leg.on_ack(turn);  // the wait is over: now BYE may go
}

void Call::on_response(LegId id, const sip::ResponseArrived& response, Turn& turn) {
  Leg& leg = this->leg(id);
  const Signal signal = leg.on_response(response, turn);
  pass_on_forwarded(leg, turn);
  on_signal(leg, signal, turn);
}

void Call::on_request_failed(LegId id, const sip::RequestFailed& failure, Turn& turn) {
  Leg& leg = this->leg(id);
  const Signal signal = leg.on_request_failed(failure, turn);
  pass_on_forwarded(leg, turn);
  on_signal(leg, signal, turn);
}

void Call::on_flow_closed(LegId id, Turn& turn) {
  Leg& leg = this->leg(id);
  on_signal(leg, leg.on_flow_closed(turn), turn);
}

void Call::on_heard_from(LegId id, const sip::Flow& flow, Turn& turn) {
  leg(id).on_heard_from(flow, turn);
}

void Call::on_flow_moved(LegId id, std::string_view extension, const sip::Flow& flow, Turn& turn) {
  Leg& leg = this->leg(id);
  if (leg.party().extension != extension) return;
  on_signal(leg, leg.on_flow_moved(flow, turn), turn);
}

void Call::on_contact(std::string_view extension, const Contact& contact, Turn& turn) {
  for_each_leg([&](Leg& leg) {
    if (leg.party().extension != extension || !leg.waits_for(contact)) return;
    on_signal(leg, leg.on_flow_moved(contact.flow, turn), turn);
  });
  if (state_ == State::setting_up && feature_)
    feature_->on_contact(*this, extension, contact, turn);
}

void Call::on_port_connected(LegId id) {
  leg(id).on_sound();
}

void Call::on_port_silent(LegId id, std::uint32_t seconds, Turn& turn) {
  // Nothing can come from a phone that does not know yet where to send.
  if (!answered_at_ || turn.now - *answered_at_ < std::chrono::seconds(seconds)) return;
  Leg& leg = this->leg(id);
  on_signal(leg, leg.on_silence(seconds), turn);
}

void Call::on_media_lost(Turn& turn) {
  end(state_ == State::talking ? Outcome::media_lost : Outcome::media_unavailable, turn);
}

}  // namespace dering::call
