// SPDX-License-Identifier: Apache-2.0
//
// What comes in for a confirmed dialog: responses, the time, and the connection that goes.
#include <algorithm>
#include <utility>

#include "ua/invite_usage.h"

namespace dering::ua {

using sip::Method;

namespace {

constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// RFC 3261 §12.2.1.2 and, for 404, 410 and 604, RFC 5057 §5.1.
constexpr bool is_dialog_gone(int status) {
  return status == 481 || status == 404 || status == 410 || status == 604;
}

/// JsSIP in a page that was loaded anew has another contact, and does not look at the dialog. A
/// page that is still the same and has ended the call answers 481.
bool is_loaded_anew(const Peer& peer, int status) {
  return status == 404 && is_websocket(peer.flow().transport);
}

}  // namespace

void InviteUsage::on_ack(Peer& peer, Turn& turn) {
  at_invite_.release();
  doubt_.on_acknowledged();
  say_bye(peer, turn);
}

void InviteUsage::on_flow_closed(Instant now, sip::FlowEnd how) {
  flow_end_ = how;
  at_invite_.release();
  doubt_.on_flow_lost(now);
}

void InviteUsage::on_flow_moved(Peer& peer, Turn& turn) {
  on_flow_closed(turn.now);
  // Whether the phone still knows the call or is a page that was loaded anew, it will tell.
  if (!ask_for_offer(peer, turn)) refresh(peer, turn);
  say_bye(peer, turn);
}

InviteUsage::Event InviteUsage::on_time(Peer& peer, Turn& turn) {
  if (const auto until = waits_until(peer)) {
    if (turn.now < *until) return Event::none;
    say_bye(peer, turn);
    return state_ == State::talking ? Event::lost : Event::none;
  }
  if (state_ != State::talking) return Event::none;
  ask_for_offer(peer, turn);
  switch (timer_.due(turn.now)) {
    case SessionTimer::Due::nothing:
      return Event::none;
    case SessionTimer::Due::refresh:
      refresh(peer, turn);
      return Event::none;
    case SessionTimer::Due::expired:
      timer_.on_refreshing(turn.now);
      return Event::lost;
  }
  return Event::none;
}

InviteUsage::Event InviteUsage::on_response(Peer& peer, const sip::ResponseArrived& response,
                                            Turn& turn) {
  const int status = response.message.status();
  if (status < 200) return Event::none;
  auto pending = take_pending(response.transaction);
  if (!pending || is_said_again(peer, *pending, response, turn)) return Event::none;
  if (is_success(status)) on_success(peer, *pending, response, turn);
  switch (pending->purpose) {
    case Purpose::bye:
      on_bye_answered(peer, *pending, status, turn);
      return Event::none;
    case Purpose::refresh:
      if (is_success(status) && response.message.header(sip::HeaderId::session_expires)) {
        timer_.start(terms_answered(response.message), turn.now);
      }
      return on_refreshed(peer, status, turn);
    case Purpose::pass_on:
    case Purpose::offer:
      return settle_passed(peer, *pending, response.message, turn);
    case Purpose::ask:
      return on_asked(peer, response.message, turn);
  }
  return Event::none;
}

bool InviteUsage::is_said_again(Peer& peer, Pending& pending, const sip::ResponseArrived& challenge,
                                Turn& turn) {
  const std::string uri(peer.dialog().remote_target());
  const bool is_of_use = pending.purpose == Purpose::bye || state_ == State::talking;
  if (!is_of_use || !pending.sign_in.answer(peer, challenge, uri, turn)) return false;
  const Body body{pending.type, pending.text, std::move(pending.sign_in)};
  send(peer, pending.method, pending.purpose, body, turn).on_behalf_of =
      std::move(pending.on_behalf_of);
  return true;
}

/// RFC 3261 §12.2.2: a request that a later one has overtaken is refused with 500, and the peer
/// still has its dialog.
void InviteUsage::on_bye_answered(Peer& peer, const Pending& bye, int status, Turn& turn) {
  if (status != 500 || bye.cseq >= peer.dialog().local_cseq()) {
    state_ = State::ended;
  } else {
    say_bye(peer, turn);
  }
}

InviteUsage::Event InviteUsage::on_asked(const Peer& peer, const sip::Message& response,
                                         Turn& turn) {
  const int status = response.status();
  if (!is_success(status)) {
    doubt_.on_refused(status, peer.local_tag(), turn.now);
    return is_dialog_gone(status) || status == 408 ? on_refreshed(peer, status, turn) : Event::none;
  }
  doubt_.on_told();
  if (response.header(sip::HeaderId::session_expires)) {
    timer_.start(terms_answered(response), turn.now);
  }
  if (owed_ack_) passed_on_ = PassedOn{nullptr, status, std::string(response.body())};
  return Event::none;
}

void InviteUsage::on_success(Peer& peer, const Pending& pending,
                             const sip::ResponseArrived& response, Turn& turn) {
  if (pending.method != Method::bye) peer.refresh_target(response.message);
  if (pending.method != Method::invite) return;
  if (pending.is_offer_theirs && state_ == State::talking) {
    owed_ack_ = OwedAck{response.transaction, pending.cseq};
  } else {
    peer.acknowledge(response.transaction, pending.cseq, {}, turn);
  }
}

InviteUsage::Event InviteUsage::settle_passed(const Peer& peer, Pending& pending,
                                              const sip::Message& response, Turn& turn) {
  const int status = response.status();
  passed_on_ = PassedOn{std::move(pending.on_behalf_of), status, std::string(response.body())};
  if (is_dialog_gone(status)) return on_refreshed(peer, status, turn);
  return Event::none;
}

/// What a refresh tells of the peer.
InviteUsage::Event InviteUsage::on_refreshed(const Peer& peer, int status, Turn& turn) {
  if (state_ != State::talking) return Event::none;
  if (is_loaded_anew(peer, status)) {
    if (!forgotten_at_) forgotten_at_ = turn.now;
    return Event::none;
  }
  // RFC 3261 §12.2.1.2: 408 ends the dialog too; who was only not heard is told so by BYE.
  if (is_dialog_gone(status)) state_ = State::ended;
  if (is_dialog_gone(status) || status == 408) return Event::lost;
  const bool knows_no_update = status == 405 || status == 501;
  if (knows_no_update && allows_update_) {
    allows_update_ = false;
    timer_.hurry(turn.now);
  }
  return Event::none;
}

InviteUsage::Event InviteUsage::on_failed(Peer& peer, const sip::RequestFailed& failure,
                                          Turn& turn) {
  const bool is_flow_lost = failure.reason == sip::RequestFailed::Reason::flow_lost;
  auto pending = take_pending(failure.transaction);
  if (!pending) return Event::none;
  if (is_flow_lost) note_lost_offer(*pending, turn.now);
  switch (pending->purpose) {
    case Purpose::bye:
      if (is_flow_lost) {
        say_bye(peer, turn);  // on the new flow, or once there is one
      } else {
        state_ = State::ended;
      }
      return Event::none;
    case Purpose::pass_on:
    case Purpose::offer:
      // Not 408: JsSIP would take that for the end of the call.
      passed_on_ = PassedOn{std::move(pending->on_behalf_of), 504, {}};
      break;
    case Purpose::refresh:
      if (is_flow_lost) refresh(peer, turn);
      break;
    case Purpose::ask:
      break;
  }
  return is_flow_lost ? Event::none : on_refreshed(peer, 408, turn);
}

/// The peer may have followed it, and may wait for the ACK of its answer.
void InviteUsage::note_lost_offer(const Pending& pending, Instant now) {
  const bool is_refresh = pending.purpose == Purpose::refresh;  // said again as it is
  const bool is_offer = pending.method == Method::invite ||
                        (pending.method == Method::update && pending.purpose == Purpose::pass_on);
  if (is_offer && !is_refresh) doubt_.on_offer_lost(now);
}

std::optional<InviteUsage::Pending> InviteUsage::take_pending(
    sip::ClientTransactionId transaction) {
  const auto at = std::ranges::find(pending_, transaction, &Pending::transaction);
  if (at == pending_.end()) return std::nullopt;
  std::optional<Pending> pending(std::move(*at));
  pending_.erase(at);
  return pending;
}

}  // namespace dering::ua
