// SPDX-License-Identifier: Apache-2.0
//
// What comes in for a leg: from its phone, its connection, the media engine and the clock.
#include <utility>

#include "call/leg.h"
#include "call/leg_table.h"

namespace dering::call {

using What = LegEvent::What;

namespace {

constexpr std::uint32_t silence_that_ends = 30;  ///< seconds
/// Of the BYE in a dialog that another one has taken the place of.
constexpr std::string_view replaced_reason = "SIP;cause=200;text=\"Replaced\"";

/// A phone that gave up a call whose sound was lost says so in its BYE (RFC 3326).
What ending_of(const sip::Message& bye) {
  const auto reason = bye.header(sip::HeaderId::reason);
  return reason && tells_of_loss(*reason) ? What::lost : What::hung_up;
}

}  // namespace

bool Leg::is_in_dialog(const sip::Message& request) {
  return peer_.is_in_dialog(request) || (sent() && sent()->early_dialog(request) != nullptr);
}

bool Leg::admit(const sip::RequestArrived& request, Turn& turn) {
  sip::Dialog* early =
      peer_.is_in_dialog(request.message) ? nullptr : sent()->early_dialog(request.message);
  const bool is_in_order = early ? early->accept(request.message) == sip::Dialog::Verdict::in_order
                                 : peer_.accepts(request.message);
  if (is_in_order) {
    on_heard();
    return true;
  }
  respond(request, 500, turn);
  return false;
}

bool Leg::may_offer_in(const sip::RequestArrived& prack) const {
  const auto* invitation = std::get_if<ua::ServerInvitation>(&invitation_);
  return invitation && invitation->may_offer_in(prack);
}

void Leg::on_prack(const sip::RequestArrived& prack, const ua::PrackAnswer& answer, Turn& turn) {
  if (!received()) return respond(prack, 481, turn);
  if (usage_ && answer && !answer->empty()) usage_->set_sdp(*answer);
  received()->on_prack(peer_, prack, answer, turn);
  settle(turn);
}

void Leg::on_bye(const sip::RequestArrived& request, Turn& turn) {
  // RFC 3261 §15: who was called "MUST NOT send a BYE on early dialogs".
  if (!usage_ && role_ == Role::callee) return respond(request, 403, turn);
  respond(request, 200, turn);
  // RFC 3261 §15: a caller may end an early dialog so.
  if (!usage_) return tell(What::hung_up, turn);
  // Whoever was let go says nothing any more about the call that the others have.
  const bool has_talked_till_now = is_talking();
  usage_->on_bye();
  if (has_talked_till_now) tell(ending_of(request.message), turn);
  settle(turn);
}

void Leg::on_refer(sip::RequestArrived request, Turn& turn) {
  if (!usage_ || usage_->state() != ua::InviteUsage::State::talking)
    return respond(request, 500, turn);
  const bool is_one_under_way = referral_ && referral_->state() != ua::Referral::State::over;
  if (is_one_under_way || replacement_) return respond(request, 491, turn);
  referral_.emplace(id_, std::move(request));
  tell(What::transfer_asked, turn);
}

void Leg::on_heard() {
  if (!usage_ || peer_.lost_at()) return;
  usage_->on_heard();
  absence.on_back();
}

void Leg::on_ack(Turn& turn) {
  on_heard();
  if (usage_) usage_->on_ack(peer_, turn);
  settle(turn);
}

void Leg::on_response(const sip::ResponseArrived& response, Turn& turn) {
  auto* invitation = sent();
  if (invitation && invitation->transaction() == response.transaction) {
    const bool is_wanted = invitation->is_pending();
    const auto event = invitation->on_response(peer_, response, turn);
    on_invitation({event, is_wanted, &response.message}, turn);
  } else if (replacement_ && replacement_->is(response.transaction)) {
    on_replacing(replacement_->on_response(response, turn), &response.message, turn);
  } else if (referral_ && response.message.status() >= 200 &&
             referral_->on_ended(response.transaction, response.message.status())) {
    referral_->say_again(peer_, turn);
    settle(turn);
  } else if (usage_) {
    const int status = response.message.status();
    if (status >= 200 && status < 300) on_heard();
    on_usage(usage_->on_response(peer_, response, turn), turn);
  }
}

void Leg::on_request_failed(const sip::RequestFailed& failure, Turn& turn) {
  auto* invitation = sent();
  if (invitation && invitation->transaction() == failure.transaction) {
    const bool is_wanted = invitation->is_pending();
    on_invitation({invitation->on_failed(), is_wanted, nullptr}, turn);
  } else if (replacement_ && replacement_->is(failure.transaction)) {
    on_replacing(replacement_->on_failed(), nullptr, turn);
  } else if (referral_ && is_notify_over(failure, turn)) {
    settle(turn);
  } else if (usage_) {
    on_usage(usage_->on_failed(peer_, failure, turn), turn);
  }
}

bool Leg::is_notify_over(const sip::RequestFailed& failure, Turn& turn) {
  if (failure.reason != sip::RequestFailed::Reason::flow_lost) {
    return referral_->on_ended(failure.transaction, 408);
  }
  if (!referral_->on_lost(failure.transaction)) return false;
  referral_->say_again(peer_, turn);  // if its phone is back already
  return true;
}

void Leg::on_invitation(const Answer& answer, Turn& turn) {
  using Event = ua::ClientInvitation::Event;
  switch (answer.event) {
    case Event::none:
      return;
    case Event::ringing:
      settle(turn);
      return tell(What::ringing, turn);
    case Event::progress:
      return;
    case Event::answered:
      start_usage(*answer.response, turn);
      settle(turn);
      return tell(What::answered, turn);
    case Event::answered_late:
      start_usage(*answer.response, turn);
      hang_up(sent()->cancel_reason(), turn);
      return settle(turn);
    case Event::failed:
      failure_ = answer.response ? failure_by_response() : failure_by_silence();
      settle(turn);
      if (answer.is_wanted) tell(What::failed, turn);
      return;
  }
}

Outcome Leg::failure_by_response() const {
  if (is_outside()) return outcome_outside(refusal().status);
  return outcome_of_response(refusal().status, refusal().reason, profile_of(flow()));
}

Outcome Leg::failure_by_silence() const {
  return is_outside() ? Outcome::no_way_out : Outcome::offline;
}

void Leg::start_usage(const sip::Message& message, Turn& turn) {
  usage_.emplace(id_, ua::InviteUsage::Start{sent()->terms(), message, sent()->take_sdp()},
                 turn.now);
}

void Leg::on_usage(ua::InviteUsage::Event event, Turn& turn) {
  if (event == ua::InviteUsage::Event::lost) tell(What::lost, turn);
  if (usage_->is_forgotten()) absence.on_gone(turn.now);
  settle(turn);
}

void Leg::on_replacing(std::optional<int> status, const sip::Message* response, Turn& turn) {
  if (!status) return;
  replaced_ = ua::PassedOn{nullptr, *status, {}};
  if (*status < 300) {
    replaced_->body = replacement_->take_answer();
    usage_.emplace(replacement_->usage(*response, turn.now));
    // Its phone ends the old dialog too: whose BYE comes first does not matter, and nothing that is
    // still said there is of use to anybody.
    const sip::Flow flow = peer_.flow();
    peer_.dismiss(replaced_reason, turn);
    peer_ = replacement_->take_peer();
    peer_.move_to(flow, turn);
  }
  replacement_.reset();
  settle(turn);
}

void Leg::on_flow_closed(sip::FlowEnd how, Turn& turn) {
  peer_.on_flow_closed(turn.now);
  if (usage_) {
    usage_->on_flow_closed(turn.now, how);
    if (is_talking()) absence.on_gone(turn.now);
    if (absence.is_silent() && is_talking() && !is_page()) tell(What::lost, turn);
  } else if (received() && received()->is_pending()) {
    tell(What::lost, turn);
  }
}

void Leg::on_flow_moved(const sip::Flow& flow, Turn& turn) {
  // Transactions stay where they began: only what is in a dialog can go along.
  if (!usage_) {
    if (received() && received()->is_pending()) tell(What::lost, turn);
    return;
  }
  if (state() == State::ended) return;
  peer_.move_to(flow, turn);
  usage_->on_flow_moved(peer_, turn);
  if (referral_) referral_->say_again(peer_, turn);
  settle(turn);
}

void Leg::on_heard_from(const sip::Flow& flow, Turn& turn) {
  if (!usage_ || state() == State::ended) return;
  peer_.move_to(flow, turn);
  usage_->on_flow_closed(turn.now);
  on_heard();
}

void Leg::ask(Turn& turn) {
  if (usage_) usage_->refresh(peer_, turn);
}

void Leg::on_dead(Turn& turn) {
  switch (state()) {
    case State::inviting:
    case State::ringing:
      if (role_ == Role::caller) tell(What::lost, turn);
      return;
    case State::talking:
      return tell(What::lost, turn);
    case State::cancelling:
    case State::ending:
    case State::ended:
      return;
  }
}

void Leg::on_silence(std::uint32_t seconds, Turn& turn) {
  absence.on_silence(is_page() ? Absence::Silence::is_absence : Absence::Silence::may_be_wanted);
  if (state() != State::talking) return;
  if (peer_.lost_at() && !is_page()) return tell(What::lost, turn);
  if (seconds < silence_that_ends) return;
  // A browser sends all the time. A desk phone may be silent while nobody speaks, or its person has
  // muted it: does it still know the call?
  if (profile_of(flow()) == MediaProfile::webrtc) return tell(What::lost, turn);
  ask(turn);
}

void Leg::on_port_refused(Turn& turn) {
  const bool is_called = role_ == Role::callee && may_answer();
  if (!is_called) return tell(What::unplayable, turn);
  // Others may ring, and one of them may be heard.
  failure_ = Outcome::media_unavailable;
  end(failure_, turn);
  tell(What::failed, turn);
}

void Leg::on_time(Turn& turn) {
  const bool is_lost =
      received() && received()->on_time(peer_, turn) == ua::ServerInvitation::Event::unacknowledged;
  if (is_lost) {
    if (usage_) usage_->on_bye();
    tell(What::lost, turn);
    settle(turn);
  }
  if (referral_ && !referral_->is_in_time(turn.now)) tell_transfer(408, turn);
  absence.on_time(turn.now);
  if (usage_) on_usage(usage_->on_time(peer_, turn), turn);
}

std::optional<Instant> Leg::next_deadline() const {
  const auto* invitation = std::get_if<ua::ServerInvitation>(&invitation_);
  const auto of_invitation = invitation ? invitation->next_deadline() : std::nullopt;
  const auto of_usage = usage_ ? usage_->next_deadline(peer_) : std::nullopt;
  const auto of_referral = referral_ ? referral_->next_deadline() : std::nullopt;
  const auto of_absence = is_talking() ? absence.next_deadline() : std::nullopt;
  const auto of_dialog = earlier(earlier(of_usage, of_referral), passed_offer.next_deadline());
  return earlier(earlier(of_invitation, of_absence), of_dialog);
}

}  // namespace dering::call
