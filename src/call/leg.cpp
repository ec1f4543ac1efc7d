// SPDX-License-Identifier: Apache-2.0
//
// A leg's verbs: how it is called or answers, speaks inside its dialog, and ends.
#include "call/leg.h"

#include <utility>

#include "call/leg_table.h"
#include "sip/message/writer.h"
#include "ua/capabilities.h"

namespace dering::call {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

/// RFC 3323 §4.2: a phone may tell its person so, and passes nothing on. A trunk is told who calls
/// by the field of RFC 3325 as well: many look there only.
std::vector<ua::ToldField> who_calls(const Party& caller, const Contact& contact) {
  if (caller.is_hidden) return {{"Privacy", "id"}};
  if (contact.domain.empty()) return {};
  return {{"P-Asserted-Identity", address_of(caller, contact.domain)}};
}

std::string_view domain_of(const Contact& contact, const Turn& turn) {
  return contact.domain.empty() ? turn.domain : std::string_view(contact.domain);
}

/// Of our Contact towards a phone that is called.
std::string user_of(const Party& caller) {
  return caller.is_hidden ? "anonymous" : sip::escaped_user(number_of(caller));
}

}  // namespace

Leg::Leg(LegId id, CallId call, Party party, std::string instance, sip::RequestArrived invite,
         Turn& turn)
    : id_(id),
      call_(call),
      role_(Role::caller),
      party_(std::move(party)),
      peer_(id, invite, std::move(instance), turn),
      invitation_(ua::ServerInvitation(id, std::move(invite), turn)) {
  at_user_.enter(turn.legs.users, party_.extension, id);
  settle(turn);
}

Leg::Leg(LegId id, CallId call, Party party, const Contact& contact, const Party& caller,
         Turn& turn)
    : codecs(contact.codecs),
      id_(id),
      call_(call),
      role_(Role::callee),
      party_(std::move(party)),
      peer_(id, contact, user_of(caller), turn),
      invitation_(ua::ClientInvitation(
          id,
          {address_of(caller, domain_of(contact, turn)).append(";tag=").append(peer_.local_tag()),
           {},
           {},
           {},
           who_calls(caller, contact)})),
      knows_(caller.extension) {
  at_user_.enter(turn.legs.users, party_.extension, id);
}

Leg::State Leg::state() const {
  if (usage_) {
    switch (usage_->state()) {
      case ua::InviteUsage::State::talking:
        return State::talking;
      case ua::InviteUsage::State::ending:
        return State::ending;
      case ua::InviteUsage::State::ended:
        return tells_of_transfer() ? State::ending : State::ended;
    }
  }
  if (const auto* received = std::get_if<ua::ServerInvitation>(&invitation_)) {
    using Invitation = ua::ServerInvitation::State;
    if (received->state() == Invitation::trying) return State::inviting;
    return received->state() == Invitation::ringing ? State::ringing : State::ended;
  }
  switch (std::get<ua::ClientInvitation>(invitation_).state()) {
    case ua::ClientInvitation::State::calling:
      return State::inviting;
    case ua::ClientInvitation::State::ringing:
      return State::ringing;
    case ua::ClientInvitation::State::cancelling:
      return State::cancelling;
    case ua::ClientInvitation::State::answered:
    case ua::ClientInvitation::State::failed:
      return State::ended;
  }
  return State::ended;
}

bool Leg::waits_for(const Contact& contact) const {
  return peer_.lost_at() && !instance().empty() && instance() == contact.instance;
}

bool Leg::is_in_call() const {
  return at_user_.standing() != Standing::quiet;
}

std::optional<sip::DialogId> Leg::dialog_id() const {
  if (peer_.has_dialog()) return peer_.dialog_id();
  if (!sent() || sent()->ringing_tag().empty()) return std::nullopt;
  return sip::DialogId{peer_.call_id(), peer_.local_tag(), sent()->ringing_tag()};
}

const ua::ClientInvitation::Failure& Leg::refusal() const {
  return std::get<ua::ClientInvitation>(invitation_).failure();
}

// ---- While the call is set up -------------------------------------------------------------------

void Leg::tell_approach(const Approach& approach, const Turn& turn) {
  if (is_outside()) return;  // whom it came through is nobody's business there
  sent()->tell(fields_of(approach, party_, turn.domain));
}

void Leg::invite(std::string_view dialled, std::string sdp, Turn& turn) {
  ua::ClientInvitation& invitation = *sent();
  std::string to = is_outside() ? "<" + peer_.called().uri + ">"
                                : address_of({std::string(dialled), {}}, turn.domain);
  invitation.tell(std::move(to), std::move(sdp));
  invitation.send(peer_, turn);
}

void Leg::ring(Turn& turn) {
  if (auto* invitation = received()) invitation->ring(peer_, turn);
}

void Leg::progress(std::string_view sdp, Turn& turn) {
  if (auto* invitation = received()) invitation->progress(peer_, sdp, turn);
}

void Leg::tell_media(std::string_view how) {
  if (is_websocket(flow().transport)) peer_.set_media(how);
}

void Leg::accept(std::string_view sdp, Turn& turn) {
  ua::ServerInvitation& invitation = *received();
  usage_.emplace(
      id_,
      ua::InviteUsage::Start{invitation.terms(), invitation.request().message, std::string(sdp)},
      turn.now);
  usage_->await_ack(invitation.accept(peer_, sdp, turn));
  settle(turn);
}

std::string Leg::take_answer() {
  return sent() ? sent()->take_answer() : std::string();
}

// ---- Inside the dialog --------------------------------------------------------------------------

void Leg::respond(const sip::RequestArrived& request, int status, Turn& turn,
                  std::string_view warning) {
  MessageWriter writer = peer_.response(request, status, turn);
  if (status == 405 || status == 501) writer.header(HeaderId::allow, ua::allowed_methods);
  if (status == 415) writer.header(HeaderId::accept, ua::accepted_bodies_in_dialog);
  // RFC 3311 §5.2: somewhere from 0 to 10 s, so that two who wait do not meet again.
  const bool comes_too_early = status == 500 && request.message.method() == Method::update;
  if (comes_too_early) {
    writer.header(HeaderId::retry_after,
                  std::uint64_t{static_cast<unsigned char>(peer_.local_tag().back()) % 11U});
  }
  if (status == 422) writer.header(HeaderId::min_se, std::uint64_t{ua::min_session_seconds});
  if (!warning.empty()) writer.header("Warning", warning);
  turn.endpoint.respond(request.transaction, status, writer.finish(), turn.now, turn.sip);
}

void Leg::respond_with_answer(const sip::RequestArrived& request, std::string_view sdp,
                              Turn& turn) {
  usage_->answer(peer_, request, sdp, turn);
}

void Leg::respond_to_refresh(const sip::RequestArrived& request, Turn& turn) {
  if (usage_) return usage_->on_refresh(peer_, request, turn);
  // RFC 3311 §5.2: in an early dialog too it refreshes the target, and the answer names ours.
  auto writer = peer_.dialog_response(request, 200, turn);
  turn.endpoint.respond(request.transaction, 200, writer.finish(), turn.now, turn.sip);
}

void Leg::answer_in_ack(std::string_view sdp, Turn& turn) {
  usage_->answer_in_ack(peer_, sdp, turn);
}

void Leg::pass_on(sip::RequestArrived request, Turn& turn) {
  usage_->pass_on(peer_, std::move(request), turn);
}

void Leg::offer(std::string_view sdp, Turn& turn) {
  usage_->offer(peer_, sdp, turn);
}

std::optional<ua::PassedOn> Leg::take_passed_on() {
  if (replaced_) return std::exchange(replaced_, std::nullopt);
  return usage_->take_passed_on();
}

bool Leg::may_replace_dialog() const {
  const bool is_at_rest = is_talking() && !replacement_ && usage_->is_at_rest(peer_);
  // What is told of a transfer is told in the dialog in which it was asked for.
  return is_at_rest && (!referral_ || referral_->state() == ua::Referral::State::over);
}

void Leg::replace_dialog(std::string sdp, Turn& turn) {
  owes_introduction_ = false;  // the INVITE says it
  replacement_.emplace(id_, peer_, std::move(sdp), turn);
}

// ---- Who it talks with --------------------------------------------------------------------------

void Leg::introduce(const Party& other, Turn& turn) {
  if (knows_ == other.extension || is_outside()) return;
  knows_ = other.extension;
  peer_.set_identity(address_of(other, turn.domain));
  owes_introduction_ = has_talked();
}

void Leg::settle_introduction(Turn& turn) {
  if (!owes_introduction_ || !is_talking() || replacement_ || !usage_->may_refresh(peer_)) return;
  owes_introduction_ = false;
  usage_->refresh(peer_, turn);
}

// ---- A transfer ---------------------------------------------------------------------------------

const sip::Message* Leg::asked_transfer() const {
  const bool is_asked = referral_ && referral_->state() == ua::Referral::State::asked;
  return is_asked ? &referral_->refer() : nullptr;
}

void Leg::accept_transfer(Turn& turn) {
  if (referral_) referral_->accept(peer_, turn);
}

void Leg::refuse_transfer(int status, Turn& turn) {
  if (!referral_ || referral_->state() != ua::Referral::State::asked) return;
  respond(referral_->refuse(), status, turn);
}

void Leg::refuse_transfer(Outcome outcome, Turn& turn) {
  if (!asked_transfer()) return;
  const sip::RequestArrived refer = referral_->refuse();
  MessageWriter writer = peer_.response(refer, status_of(outcome), turn);
  writer.header(HeaderId::reason, reason_of(outcome));
  turn.endpoint.respond(refer.transaction, status_of(outcome), writer.finish(), turn.now, turn.sip);
}

void Leg::tell_transfer(int status, Turn& turn, std::string_view words) {
  if (!referral_ || !referral_->is_under_way()) return;
  if (status < 200) return referral_->progress(peer_, status, turn);
  referral_->finish(peer_, {status, words}, turn);
  tell(LegEvent::What::transfer_ended, turn);
}

bool Leg::is_dialog(std::string_view call_id, std::string_view one_tag,
                    std::string_view other_tag) const {
  const auto id = dialog_id();
  if (!id || id->call_id != call_id) return false;
  return (id->local_tag == one_tag && id->remote_tag == other_tag) ||
         (id->local_tag == other_tag && id->remote_tag == one_tag);
}

// ---- The end ------------------------------------------------------------------------------------

void Leg::end(Outcome outcome, Turn& turn) {
  const std::string reason = reason_of(outcome);
  end_because({reason, warning_of(outcome)}, outcome, turn);
}

void Leg::end_because(const ua::Words& why, Outcome outcome, Turn& turn) {
  if (received() && received()->take_back(peer_, status_of(outcome), why, turn)) {
    usage_->on_bye();
  } else if (usage_) {
    // Whoever hangs up hears of it to the end; who is let go does not wait for more.
    if (is_talking()) tell_transfer(status_of(outcome), turn);
    hang_up(why.reason, turn);
  } else if (auto* invitation = received()) {
    invitation->refuse(peer_, status_of(outcome), why, turn);
  } else {
    sent()->cancel(why.reason, turn);
  }
  settle(turn);
}

void Leg::hang_up(std::string_view reason, Turn& turn) {
  usage_->hang_up(peer_, reason, turn);
}

void Leg::settle(Turn& turn) {
  if (replacement_ && !is_talking()) {
    replacement_->cancel(reason_of(Outcome::answered), turn);
    replacement_.reset();
  }
  at_user_.set(standing());
  if (std::exchange(shown_, state()) != state()) turn.out.touched.push_back(party_.extension);
}

Standing Leg::standing() const {
  switch (state()) {
    case State::inviting:
      return role_ == Role::caller ? Standing::own : Standing::quiet;
    case State::ringing:
      return role_ == Role::caller ? Standing::own : Standing::rings;
    case State::talking:
      return Standing::own;
    case State::cancelling:
    case State::ending:
    case State::ended:
      return Standing::quiet;
  }
  return Standing::quiet;
}

void Leg::tell(LegEvent::What what, Turn& turn) {
  turn.events.push_back({call_, id_, what});
}

}  // namespace dering::call
