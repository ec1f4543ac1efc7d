// SPDX-License-Identifier: Apache-2.0
//
// A leg from its INVITE to its first final response, and how it ends.
#include "call/leg.h"

#include <algorithm>

#include "base/check.h"
#include "sip/message/dialled_number.h"
#include "sip/message/writer.h"

namespace dering::call {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::string_view sdp_type = "application/sdp";
constexpr std::string_view completed_elsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";

/// RFC 3323 §4.1.1.3 has these very words for who is not named.
constexpr std::string_view anonymous = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

std::string address_of(const Party& party, std::string_view domain) {
  if (party.is_hidden) return std::string(anonymous);
  std::string address;
  address.reserve(128);  // with room for a tag
  if (!party.display_name.empty())
    address.append(sip::quoted_string(party.display_name)).append(" ");
  address.append("<sip:").append(sip::escaped_user(party.extension));
  return address.append("@").append(domain).append(">");
}

std::string finish(MessageWriter& writer, std::string_view sdp) {
  return sdp.empty() ? writer.finish() : writer.finish(sdp_type, sdp);
}

}  // namespace

Leg::Leg(LegRef ref, Party party, std::string instance, sip::RequestArrived invite, Turn& turn)
    : ref_(ref),
      role_(Role::caller),
      party_(std::move(party)),
      flow_(invite.flow),
      instance_(std::move(instance)) {
  const sip::Message& message = invite.message;
  const auto uri = sip::parse_uri(message.request_uri());
  const auto number = uri ? sip::dialled_number(*uri) : std::nullopt;
  if (number) we_are_ = number->text;
  call_id_ = message.call_id();
  local_tag_ = turn.endpoint.new_tag();
  turn.index.invites[invite.transaction] = ref_;
  turn.index.flows[flow_].push_back(ref_);
  learn_timer(message, turn);
  establish(sip::Dialog::answering(message, flow_, local_tag_), turn);
  invite_ = std::move(invite);
}

Leg::Leg(LegRef ref, Party party, const Contact& contact, Turn& turn)
    : ref_(ref),
      role_(Role::callee),
      party_(std::move(party)),
      flow_(contact.flow),
      instance_(contact.instance),
      target_(contact.uri),
      route_(contact.route) {
  call_id_ = turn.endpoint.new_call_id();
  local_tag_ = turn.endpoint.new_tag();
  turn.index.flows[flow_].push_back(ref_);
}

void Leg::invite(const Invitation& invitation, Turn& turn) {
  const std::string branch = turn.endpoint.new_branch();
  const Party& caller = invitation.caller;
  we_are_ = caller.is_hidden ? "anonymous" : sip::escaped_user(caller.extension);
  is_offer_late_ = invitation.sdp.empty();
  last_sdp_ = invitation.sdp;

  MessageWriter writer = MessageWriter::request("INVITE", target_);
  writer.header(HeaderId::via, turn.endpoint.via_value(flow_, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from,
              address_of(invitation.caller, turn.domain).append(";tag=").append(local_tag_))
      .header(HeaderId::to, address_of({invitation.dialled, {}}, turn.domain))
      .header(HeaderId::call_id, call_id_)
      .header(HeaderId::cseq, "1 INVITE");
  if (!route_.empty()) writer.header(HeaderId::route, route_);
  add_contact_fields(writer, turn);
  // Without it JsSIP would refresh every 45 seconds.
  writer.header(HeaderId::session_expires, we_refresh_as_client)
      .header(HeaderId::user_agent, turn.endpoint.names().product);
  invited_ = turn.endpoint.request(flow_, Method::invite, branch, finish(writer, invitation.sdp),
                                   turn.now, turn.sip);
  turn.index.requests[invited_] = ref_;
}

void Leg::ring(Turn& turn) {
  if (state_ != State::inviting || !invite_) return;
  MessageWriter writer =
      MessageWriter::response_to(invite_->message, flow_.remote, 180, "Ringing", local_tag_);
  add_contact_fields(writer, turn);
  turn.endpoint.respond(invite_->transaction, 180, writer.finish(), turn.now, turn.sip);
  enter(State::ringing, turn);
}

void Leg::accept(std::string_view sdp, Turn& turn) {
  DERING_CHECK(role_ == Role::caller && invite_);
  MessageWriter writer =
      MessageWriter::response_to(invite_->message, flow_.remote, 200, "OK", local_tag_);
  add_contact_fields(writer, turn);
  // We refresh, so that a browser never writes into a dead socket.
  writer.header(HeaderId::session_expires, we_refresh_as_server);
  last_sdp_ = sdp;
  turn.endpoint.respond(invite_->transaction, 200, finish(writer, sdp), turn.now, turn.sip);
  unacknowledged_ = invite_->transaction;
  invite_.reset();
  enter(State::talking, turn);
}

void Leg::send_answer_in_ack(std::string_view sdp, Turn& turn) {
  if (!owed_ack_) return;
  const OwedAck owed = *owed_ack_;
  owed_ack_.reset();
  last_sdp_ = sdp;
  acknowledge(owed.transaction, owed.cseq, sdp, turn);
}

void Leg::lose_race(Turn& turn) {
  cancel(completed_elsewhere, turn);
}

void Leg::end(Outcome outcome, Turn& turn) {
  switch (state_) {
    case State::inviting:
    case State::ringing:
      if (role_ == Role::caller) {
        refuse(outcome, turn);
      } else {
        cancel(reason_of(outcome), turn);
      }
      return;
    case State::talking:
      bye_reason_ = reason_of(outcome);
      enter(State::ending, turn);
      hang_up(turn);
      return;
    case State::cancelling:
    case State::ending:
    case State::ended:
      return;
  }
}

void Leg::cancel(std::string_view reason, Turn& turn) {
  if (role_ != Role::callee || (state_ != State::inviting && state_ != State::ringing)) return;
  bye_reason_ = reason;
  enter(State::cancelling, turn);
  turn.endpoint.cancel(invited_, reason, turn.now, turn.sip);
}

void Leg::refuse(Outcome outcome, Turn& turn) {
  const int status = status_of(outcome);
  MessageWriter writer = MessageWriter::response_to(invite_->message, flow_.remote, status,
                                                    sip::reason_phrase(status), local_tag_);
  writer.header(HeaderId::reason, reason_of(outcome));
  turn.endpoint.respond(invite_->transaction, status, writer.finish(), turn.now, turn.sip);
  turn.index.invites.erase(invite_->transaction);
  invite_.reset();
  enter(State::ended, turn);
}

void Leg::hang_up(Turn& turn) {
  if (state_ != State::ending) return;
  const bool is_said = std::ranges::any_of(
      pending_, [](const Pending& pending) { return pending.purpose == Purpose::bye; });
  if (is_said) return;
  if (flow_lost_at_) {
    // The phone may come back within its grace and is told then.
    if (turn.now >= *flow_lost_at_ + flow_grace) enter(State::ended, turn);
    return;
  }
  // RFC 3261 §15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received
  // an ACK for its 2xx response or until the server transaction times out."
  if (unacknowledged_) return;
  send_answer_in_ack({}, turn);
  send(Method::bye, Purpose::bye, {}, {}, turn);
}

void Leg::enter(State state, Turn& turn) {
  const bool was_in_call = is_in_call();
  state_ = state;
  if (was_in_call != is_in_call()) turn.out.touched.push_back(party_.extension);
}

void Leg::establish(sip::Dialog dialog, Turn& turn) {
  turn.index.dialogs[dialog.id()] = ref_;
  dialog_ = std::move(dialog);
}

void Leg::add_contact_fields(MessageWriter& writer, Turn& turn) const {
  writer.header(HeaderId::contact, turn.endpoint.contact_value(flow_, we_are_))
      .header(HeaderId::allow, allowed_methods)
      .header(HeaderId::supported, "timer");
}

void Leg::leave(Index& index) const {
  index.requests.erase(invited_);
  for (const Pending& pending : pending_) index.requests.erase(pending.transaction);
  if (invite_) index.invites.erase(invite_->transaction);
  if (unacknowledged_) index.invites.erase(*unacknowledged_);
  if (dialog_) index.dialogs.erase(dialog_->id());
  if (port) index.ports.erase(port->id);
  const auto at = index.flows.find(flow_);
  if (at == index.flows.end()) return;
  // Once in it, and near its front: calls end in about the order they began in.
  const auto own = std::ranges::find(at->second, ref_);
  if (own != at->second.end()) at->second.erase(own);
  if (at->second.empty()) index.flows.erase(at);
}

}  // namespace dering::call
