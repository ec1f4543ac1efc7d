// SPDX-License-Identifier: Apache-2.0
//
// What comes in for a call: what its phones ask for, and what its feature is told of.
#include <utility>

#include "call/call.h"
#include "call/later_offers.h"
#include "call/leg_table.h"
#include "call/scene.h"
#include "sdp/inactive_answer.h"

namespace dering::call {

using sip::Method;

namespace {

/// What became of an offer of ours, told to whoever made it.
void on_offered(Leg& leg, const ua::PassedOn& passed, Turn& turn) {
  if (!leg.media) return;
  MediaEnd& end = *leg.media;
  if (end.is_sealed()) return end.hold.on_offered(leg, passed.status, passed.body, turn);
  if (end.codec_offer.is_under_way()) {
    return end.codec_offer.on_offered(leg, passed.status, passed.body, turn);
  }
  end.reoffer.on_offered(leg, passed.status, passed.body, turn);
}

/// What it means there says nothing of the dialog of whoever asked.
constexpr bool is_about_dialog(int status) {
  return status == 404 || status == 481;
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
  if (leg && event.what == LegEvent::What::failed) {
    bridge_.remove(*leg, turn);
    // Its INVITE may take a while to end, and others may answer meanwhile.
    close_stay(leg->id(), word_of(leg->failure()), turn);
  }
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

void Call::on_engine_lost(Turn& turn) {
  if (state_ == State::ending || !bridge_.is_open()) return;
  // Phones that ring were told of ports and keys that are gone.
  if (!is_answered() && !all_talk(turn)) return on_media_lost(turn);
  reopening_.on_lost(bridge_, legs_, turn);
}

void Call::on_engine_ready(Turn& turn) {
  if (waits_for_engine()) reopening_.on_ready(bridge_, legs_, turn);
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
      return on_prack(leg, request, turn);
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
  const Leg* partner = partner_of(leg, turn);
  if (partner && PassedOffer::concerns(leg, *partner, request.message.body())) {
    return leg.passed_offer.begin(std::move(request), *partner, turn.now);
  }
  answer_offer(leg, request, turn);
}

void Call::answer_offer(Leg& leg, const sip::RequestArrived& request, Turn& turn) {
  const auto answer = answer_to(leg, request.message.body(), turn);
  if (!answer) return leg.respond(request, 488, turn, warning_of(answer.error()));
  leg.respond_with_answer(request, *answer, turn);
}

/// RFC 3261 §15.1.2: what waits when its dialog ends "MUST" be answered, best with 487.
void Call::settle_passed_offers(Turn& turn) {
  for (const LegId id : legs_) {
    Leg& leg = *turn.legs.find(id);
    const auto request = leg.passed_offer.settle(leg, partner_of(leg, turn), bridge_, turn);
    if (!request) continue;
    if (leg.is_talking()) {
      answer_offer(leg, *request, turn);
    } else {
      leg.respond(*request, 487, turn);
    }
  }
}

/// RFC 3262 §5: "If the UAS receives a PRACK with an offer, it MUST place the answer in the 2xx to
/// the PRACK."
void Call::on_prack(Leg& leg, const sip::RequestArrived& prack, Turn& turn) {
  const std::string_view offer = prack.message.body();
  if (offer.empty()) return leg.on_prack(prack, {}, turn);
  ua::PrackAnswer answer = std::unexpected(std::string_view());
  if (leg.media && leg.may_offer_in(prack)) {
    auto ours = answer_later_offer(leg, offer, bridge_, turn);
    if (ours) {
      plan_.on_early_offer(*ours);
      answer = *std::move(ours);
    } else {
      answer = std::unexpected(warning_of(ours.error()));
    }
  }
  leg.on_prack(prack, answer, turn);
}

std::expected<std::string, Outcome> Call::answer_to(Leg& leg, std::string_view offer, Turn& turn) {
  // Nobody hears a leg without a port, nor one that is about to speak in another dialog: whatever
  // it offers is on hold.
  const bool is_heard = leg.media && !leg.is_replacing_dialog();
  if (is_heard) return answer_later_offer(leg, offer, bridge_, turn);
  auto silent = sdp::inactive_answer(offer, leg.usage().sdp());
  if (!silent) return std::unexpected(Outcome::incompatible);
  return *std::move(silent);
}

/// What a phone has was in doubt: this is it.
void Call::on_told(Leg& leg, std::string_view offer, Turn& turn) {
  if (offer.empty()) return leg.answer_in_ack({}, turn);
  const auto answer = answer_to(leg, offer, turn);
  leg.answer_in_ack(answer.value_or(std::string()), turn);
  // JsSIP takes an INVITE without a description for the end of a hold (docs/jssip.md, S37).
  if (leg.media) leg.media->hold.on_forgotten();
  if (!answer) end(Outcome::incompatible, turn);
}

void Call::on_info(Leg& leg, sip::RequestArrived request, Turn& turn) {
  const auto type = request.message.header(sip::HeaderId::content_type).value_or("");
  if (type == page_line_type) {
    const auto line = parse_page_line(request.message.body());
    // Where the engine can tell, it knows better.
    if (line && leg.media && leg.media->is_sealed()) leg.quality.take(*line);
    return leg.respond(request, line ? 200 : 400, turn);
  }
  const auto form = info_form(type);
  if (!form) return leg.respond(request, 415, turn);
  Leg* partner = partner_of(leg, turn);
  if (bridge_.is_sealed() && partner && partner->has_talked()) {
    // Only the other page can do something with it.
    partner->pass_on(std::move(request), turn);
    return on_responded(*partner, turn);
  }
  const auto digit = parse_info_digit(*form, request.message.body());
  if (!digit) return leg.respond(request, 400, turn);
  leg.respond(request, 200, turn);
  on_digit(leg, *digit, turn);
}

void Call::on_digit(const Leg& leg, const InfoDigit& digit, Turn& turn) {
  if (!digit.key) return;  // a flash of the hook
  const Leg* partner = partner_of(leg, turn);
  if (partner) Hearing::send_digit(*partner, *digit.key, digit.duration, turn);
  turn.events.push_back({id_, leg.id(), LegEvent::What::digit, *digit.key});
}

void Call::on_key(const Leg& leg, std::string_view key, Turn& turn) {
  if (key.size() == 1) turn.events.push_back({id_, leg.id(), LegEvent::What::digit, key[0]});
}

void Call::on_quality(Leg& leg, const media::v2::Quality& report, Turn& turn) {
  using Whose = directory::LineChanged::Whose;
  const auto change = leg.quality.take(report);
  if (!change || state_ == State::ending) return;
  turn.out.lines.push_back({leg.party().extension, Whose::ours, *change});
  const Leg* partner = partner_of(leg, turn);
  if (partner) turn.out.lines.push_back({partner->party().extension, Whose::theirs, *change});
}

void Call::on_responded(Leg& from, Turn& turn) {
  if (const std::string early = from.take_early(); !early.empty()) {
    plan_.take_early(from, early, turn);
  }
  if (!from.has_talked()) return;
  const auto passed = from.take_passed_on();
  if (!passed) return;
  if (from.usage().owes_answer()) return on_told(from, passed->body, turn);
  Leg* to = partner_of(from, turn);
  if (!passed->request && to && to->passed_offer.is_with(from.id())) {
    return to->passed_offer.on_offered({*to, from}, *passed, bridge_, turn);
  }
  if (!passed->request) return on_offered(from, *passed, turn);
  if (to)
    to->respond(*passed->request, is_about_dialog(passed->status) ? 504 : passed->status, turn);
}

void Call::on_ack(Leg& leg, const sip::AckArrived& ack, Turn& turn) {
  const bool is_talking = leg.state() == Leg::State::talking;
  // Where an offer of ours waits in another dialog, this ACK is none of its.
  const bool is_complete =
      leg.is_replacing_dialog() || take_later_answer(leg, ack.message.body(), turn);
  leg.on_ack(turn);
  // We could not know where to send (RFC 3261 §13.2.1).
  if (!is_complete && is_talking) end(Outcome::incompatible, turn);
}

}  // namespace dering::call
