// SPDX-License-Identifier: Apache-2.0
//
// The requests of a confirmed dialog, ours and the peer's.
#include "ua/invite_usage.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "ua/dialog_body.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::size_t max_pending = 8;  ///< requests of ours that one peer may owe an answer

/// What a lost connection leaves a peer to come back, while its dialog goes on.
constexpr Duration flow_grace = std::chrono::seconds(30);
/// What a page has that went away as pages do: whoever loads it anew is back in one second or
/// three, and on a slow line in some more. It registers before its browser asks for the microphone.
constexpr Duration leave_grace = std::chrono::seconds(10);
/// And, once the dialog is over, to be told so by BYE. Later nobody needs to: a browser's consent
/// ended 30 s after its port was closed (RFC 7675 §5.1), and the port went with the grace at
/// latest.
constexpr Duration farewell_grace = std::chrono::seconds(60);
/// What a page that was loaded anew has to come back into its call: its browser may ask the person
/// for the microphone, for 20 s (web/sip/src/reentry.ts), and what they answer takes its way too.
constexpr Duration reentry_grace = std::chrono::seconds(25);

}  // namespace

InviteUsage::InviteUsage(LegId leg, Start start, Instant now)
    : leg_(leg),
      allows_update_(start.message.lists(HeaderId::allow, "UPDATE")),
      knows_replaces_(start.message.lists(HeaderId::supported, "replaces")),
      sdp_(std::move(start.sdp)) {
  timer_.start(start.terms, now);
}

bool InviteUsage::has_offer_pending() const {
  return std::ranges::any_of(pending_, [](const Pending& pending) {
    return pending.method == Method::invite ||
           (pending.method == Method::update && pending.purpose == Purpose::pass_on);
  });
}

bool InviteUsage::may_offer(const Peer& peer) const {
  return state_ == State::talking && is_reachable(peer) && !has_offer_pending() && !at_invite_ &&
         !owed_ack_ && pending_.size() < max_pending;
}

bool InviteUsage::is_at_rest(const Peer& peer) const {
  return knows_replaces_ && pending_.empty() && may_offer(peer);
}

void InviteUsage::on_refresh(const Peer& peer, const sip::RequestArrived& request, Turn& turn) {
  const SessionTerms terms = terms_in_answer(request.message, request.flow);
  timer_.start(terms, turn.now);
  MessageWriter writer = peer.dialog_response(request, 200, turn);
  agree_on_session(writer, terms);
  turn.endpoint.respond(request.transaction, 200, writer.finish(), turn.now, turn.sip);
}

void InviteUsage::answer(const Peer& peer, const sip::RequestArrived& request, std::string_view sdp,
                         Turn& turn) {
  const SessionTerms terms = terms_in_answer(request.message, request.flow);
  timer_.start(terms, turn.now);
  MessageWriter writer = peer.dialog_response(request, 200, turn);
  agree_on_session(writer, terms);
  sdp_ = sdp;
  doubt_.on_answered(turn.now);
  if (request.message.method() == Method::invite) {
    at_invite_.release();
    await_ack(turn.index.invites.enter(request.transaction, leg_));
  }
  turn.endpoint.respond(request.transaction, 200, writer.finish("application/sdp", sdp), turn.now,
                        turn.sip);
}

void InviteUsage::pass_on(Peer& peer, sip::RequestArrived request, Turn& turn) {
  auto ours = std::make_unique<sip::RequestArrived>(std::move(request));
  const sip::Message& message = ours->message;
  if (pending_.size() >= max_pending || state_ != State::talking || !is_reachable(peer)) {
    passed_on_ = PassedOn{std::move(ours), 504, {}};
    return;
  }
  const Method method = message.method();
  const Body body{message.header(HeaderId::content_type).value_or(""), message.body()};
  if (method != Method::info) sdp_ = body.text;
  send(peer, method, Purpose::pass_on, body, turn).on_behalf_of = std::move(ours);
}

void InviteUsage::offer(Peer& peer, std::string_view sdp, Turn& turn) {
  if (pending_.size() >= max_pending || state_ != State::talking || !is_reachable(peer)) {
    passed_on_ = PassedOn{nullptr, 504, {}};
    return;
  }
  if (!sdp.empty()) sdp_ = sdp;
  send(peer, Method::invite, Purpose::offer, {"application/sdp", sdp}, turn);
}

void InviteUsage::answer_in_ack(const Peer& peer, std::string_view sdp, Turn& turn) {
  if (!owed_ack_) return;
  const OwedAck owed = *std::exchange(owed_ack_, std::nullopt);
  if (!sdp.empty()) sdp_ = sdp;
  peer.acknowledge(owed.transaction, owed.cseq, sdp, turn);
}

void InviteUsage::hang_up(Peer& peer, std::string_view reason, Turn& turn) {
  if (state_ != State::talking) return;
  state_ = forgotten_at_ ? State::ended : State::ending;
  reason_ = reason;
  say_bye(peer, turn);
}

void InviteUsage::say_bye(Peer& peer, Turn& turn) {
  if (state_ != State::ending) return;
  const bool is_said = std::ranges::any_of(
      pending_, [](const Pending& pending) { return pending.purpose == Purpose::bye; });
  if (is_said) return;
  if (const auto until = waits_until(peer)) {
    // The peer may come back and is told then.
    if (turn.now >= *until) state_ = State::ended;
    return;
  }
  // RFC 3261 §15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received
  // an ACK for its 2xx response or until the server transaction times out."
  if (at_invite_) return;
  answer_in_ack(peer, {}, turn);
  send(peer, Method::bye, Purpose::bye, {}, turn);
}

bool InviteUsage::may_refresh(const Peer& peer) const {
  const bool is_pending = std::ranges::any_of(
      pending_, [](const Pending& pending) { return pending.purpose == Purpose::refresh; });
  // Who has not acknowledged our 2xx may not have it yet, and would know nothing of the dialog.
  return !is_pending && !at_invite_ && !owed_ack_ && state_ == State::talking && is_reachable(peer);
}

void InviteUsage::refresh(Peer& peer, Turn& turn) {
  timer_.on_refreshing(turn.now);
  if (!may_refresh(peer)) return;
  if (allows_update_ || sdp_.empty()) {
    send(peer, Method::update, Purpose::refresh, {}, turn);
  } else if (!has_offer_pending()) {
    send(peer, Method::invite, Purpose::refresh, {"application/sdp", sdp_}, turn);
  }
}

bool InviteUsage::ask_for_offer(Peer& peer, Turn& turn) {
  if (!doubt_.is_due(turn.now) || !may_offer(peer)) return false;
  doubt_.on_asking();
  timer_.on_refreshing(turn.now);
  send(peer, Method::invite, Purpose::ask, {}, turn);
  return true;
}

InviteUsage::Pending& InviteUsage::send(Peer& peer, Method method, Purpose purpose, Body body,
                                        Turn& turn) {
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer = peer.request(method, branch, turn);
  if (method == Method::invite || method == Method::update) {
    ask_for_session(writer, timer_.terms());
  }
  body.sign_in.write(writer);
  if (method == Method::bye && !reason_.empty()) writer.header(HeaderId::reason, reason_);
  const auto transaction = turn.endpoint.request(
      peer.flow(), method, branch,
      body.text.empty() ? writer.finish() : writer.finish(body.type, body.text), turn.now,
      turn.sip);
  const bool is_offer_theirs = method == Method::invite && body.text.empty();
  Pending& pending = pending_.emplace_back(
      Pending{transaction, turn.index.requests.enter(transaction, leg_), purpose, method,
              peer.dialog().local_cseq(), is_offer_theirs, nullptr, std::move(body.sign_in)});
  if (peer.called().account) {
    pending.type = body.type;
    pending.text = body.text;
  }
  return pending;
}

std::optional<Instant> InviteUsage::waits_until(const Peer& peer) const {
  if (forgotten_at_) return *forgotten_at_ + reentry_grace;
  if (!peer.lost_at()) return std::nullopt;
  if (state_ != State::talking) return *peer.lost_at() + farewell_grace;
  return *peer.lost_at() + (flow_end_ == sip::FlowEnd::left ? leave_grace : flow_grace);
}

std::optional<Instant> InviteUsage::next_deadline(const Peer& peer) const {
  if (state_ == State::ended) return std::nullopt;
  if (const auto until = waits_until(peer)) return until;
  if (state_ != State::talking) return std::nullopt;
  return earlier(timer_.next_deadline(), may_offer(peer) ? doubt_.next_deadline() : std::nullopt);
}

}  // namespace dering::ua
