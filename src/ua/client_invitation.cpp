// SPDX-License-Identifier: Apache-2.0
#include "ua/client_invitation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ua/capabilities.h"
#include "ua/dialog_body.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::uint32_t longest_session_seconds = 86'400;  ///< what a 422 may ask us for

bool is_success(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

void ClientInvitation::tell(std::string to, std::string sdp) {
  said_.to = std::move(to);
  said_.sdp = std::move(sdp);
}

void ClientInvitation::send(const Peer& peer, Turn& turn) {
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer = peer.invite(said_.from, said_.to, ++cseq_, branch, turn);
  // Without it JsSIP would refresh every 45 seconds.
  ask_for_session(writer, {std::max(session_seconds, again_.min_session)});
  if (again_.min_session > 0) writer.header(HeaderId::min_se, std::uint64_t{again_.min_session});
  // Without an offer of ours a reliable response would have to make it, and PRACK to answer.
  writer.header(HeaderId::supported,
                said_.sdp.empty() ? supported_but_reliable : supported_extensions(peer.flow()));
  if (!said_.replaces.empty()) writer.header(HeaderId::replaces, said_.replaces);
  for (const ToldField& field : said_.more) writer.header(field.name, field.value);
  again_.sign_in.write(writer);
  writer.header(HeaderId::user_agent, turn.endpoint.names().product);
  transaction_ = turn.endpoint.request(peer.flow(), Method::invite, branch,
                                       finish_with(writer, said_.sdp), turn.now, turn.sip);
  at_request_ = turn.index.requests.enter(transaction_, leg_);
}

void ClientInvitation::cancel(std::string_view reason, Turn& turn) {
  if (!is_pending()) return;
  state_ = State::cancelling;
  cancel_reason_ = reason;
  turn.endpoint.cancel(transaction_, reason, turn.now, turn.sip);
}

void ClientInvitation::answer_in_ack(const Peer& peer, std::string_view sdp, Turn& turn) {
  if (!owed_ack_) return;
  peer.acknowledge(*std::exchange(owed_ack_, std::nullopt), cseq_, sdp, turn);
}

ClientInvitation::Event ClientInvitation::on_response(Peer& peer,
                                                      const sip::ResponseArrived& response,
                                                      Turn& turn) {
  const int status = response.message.status();
  if (is_success(status)) return on_success(peer, response, turn);
  if (status >= 200) return on_refusal(peer, response, turn);
  if (!acknowledge(peer, response, turn)) return Event::none;
  if (!is_pending()) return Event::none;
  const bool has_sound = status > 100 && !response.message.body().empty();
  if (has_sound) early_sdp_ = response.message.body();
  early_.note_tag(response.message.to().tag());
  if (state_ == State::ringing) return has_sound ? Event::progress : Event::none;
  state_ = State::ringing;
  return Event::ringing;
}

/// PRACK, where one is due. False: the response is none to act upon.
bool ClientInvitation::acknowledge(const Peer& peer, const sip::ResponseArrived& response,
                                   Turn& turn) {
  const bool was_offered = !said_.sdp.empty() && !is_websocket(peer.flow().transport);
  const auto rseq = was_offered ? rseq_of(response.message) : std::nullopt;
  if (!rseq) return true;
  EarlyDialog* early = early_.take(response.message, *rseq, peer.flow());
  if (!early) return false;
  if (early->answer.empty()) early->answer = response.message.body();
  if (!at_early_) at_early_ = turn.index.dialogs.enter(peer.local_tag(), leg_);
  const std::string branch = turn.endpoint.new_branch();
  auto prack = early->dialog.request(Method::prack, turn.endpoint.via_value(peer.flow(), branch));
  prack.header(HeaderId::rack, fmt::format("{} {} INVITE", *rseq, cseq_));
  const auto said =
      turn.endpoint.request(peer.flow(), Method::prack, branch, prack.finish(), turn.now, turn.sip);
  turn.endpoint.release(said, turn.now);
  return true;
}

sip::Dialog* ClientInvitation::early_dialog(const sip::Message& request) {
  EarlyDialog* early = early_.find(request.from().tag());
  if (!early) return nullptr;
  const sip::DialogId& id = early->dialog.id();
  const bool is_its = request.to().tag() == id.local_tag && request.call_id() == id.call_id;
  return is_its ? &early->dialog : nullptr;
}

sip::Dialog ClientInvitation::dialog_of(const sip::ResponseArrived& response) {
  const EarlyDialog* early = early_.find(response.message.to().tag());
  return early ? sip::Dialog::confirmed_by(response.message, early->dialog)
               : sip::Dialog::established_by(response.message, response.flow);
}

ClientInvitation::Event ClientInvitation::on_success(Peer& peer,
                                                     const sip::ResponseArrived& response,
                                                     Turn& turn) {
  if (state_ == State::answered || state_ == State::failed) {
    dismiss_stray_answer(response, dialog_of(response), turn);  // a second fork downstream
    return Event::none;
  }
  const bool is_late = state_ == State::cancelling;
  state_ = State::answered;
  at_early_.release();
  peer.establish(dialog_of(response), turn);
  terms_ = terms_answered(response.message, std::max(session_seconds, again_.min_session));
  // RFC 3261 §13.2.1: what comes after the answer "MUST be ignored".
  const EarlyDialog* early = early_.find(response.message.to().tag());
  answer_ = early && !early->answer.empty() ? early->answer : std::string(response.message.body());
  owed_ack_ = response.transaction;
  const bool is_offer_theirs = said_.sdp.empty();
  if (!is_offer_theirs || is_late) answer_in_ack(peer, {}, turn);
  return is_late ? Event::answered_late : Event::answered;
}

ClientInvitation::Event ClientInvitation::on_refusal(const Peer& peer,
                                                     const sip::ResponseArrived& refusal,
                                                     Turn& turn) {
  if (is_pending() && is_said_again(peer, refusal, turn)) {
    at_request_.release();
    send(peer, turn);
    return Event::none;
  }
  const sip::Message& response = refusal.message;
  failure_ = {response.status(), std::string(response.header(HeaderId::reason).value_or("")),
              std::string(response.header(HeaderId::contact).value_or("")),
              std::string(response.header(HeaderId::warning).value_or("")),
              again_.sign_in.refusal()};
  return fail();
}

bool ClientInvitation::is_said_again(const Peer& peer, const sip::ResponseArrived& refusal,
                                     Turn& turn) {
  if (again_.sign_in.answer(peer, refusal, peer.called().uri, turn)) return true;
  const std::uint32_t asked = min_session_of(refusal.message);
  // RFC 4028 §7.4. Once more only with what is longer than before.
  const bool is_too_short = refusal.message.status() == 422 && asked > again_.min_session &&
                            asked > session_seconds && asked <= longest_session_seconds;
  if (is_too_short) again_.min_session = asked;
  return is_too_short;
}

ClientInvitation::Event ClientInvitation::on_failed() {
  if (state_ == State::answered || state_ == State::failed) return Event::none;
  return fail();
}

ClientInvitation::Event ClientInvitation::fail() {
  state_ = State::failed;
  at_request_.release();
  return Event::failed;
}

void dismiss_stray_answer(const sip::ResponseArrived& response, Turn& turn) {
  dismiss_stray_answer(response, sip::Dialog::established_by(response.message, response.flow),
                       turn);
}

void dismiss_stray_answer(const sip::ResponseArrived& response, sip::Dialog dialog, Turn& turn) {
  const sip::Message& message = response.message;
  if (message.cseq().method != Method::invite || !is_success(message.status()) ||
      message.to().tag().empty()) {
    return;
  }
  sip::Endpoint& endpoint = turn.endpoint;
  auto ack =
      dialog.ack(message.cseq().number, endpoint.via_value(response.flow, endpoint.new_branch()));
  endpoint.acknowledge(response.transaction, message.to().tag(), ack.finish(), turn.now, turn.sip);

  const std::string branch = endpoint.new_branch();
  auto bye = dialog.request(Method::bye, endpoint.via_value(response.flow, branch));
  bye.header(HeaderId::reason, "SIP;cause=200;text=\"Call completed elsewhere\"");
  const auto said =
      endpoint.request(response.flow, Method::bye, branch, bye.finish(), turn.now, turn.sip);
  endpoint.release(said, turn.now);
}

}  // namespace dering::ua
