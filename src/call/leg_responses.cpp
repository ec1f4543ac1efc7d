// SPDX-License-Identifier: Apache-2.0
//
// What a phone answers to the requests of its leg.
#include <fmt/format.h>

#include <algorithm>

#include "call/leg.h"
#include "sip/message/writer.h"

namespace dering::call {

using sip::Method;

namespace {

constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// RFC 3261 §12.2.1.2 and, for 404, 410 and 604, RFC 5057 §5.1. A page that was loaded anew answers
/// 404: JsSIP there has another contact and does not look at the dialog.
constexpr bool is_dialog_gone(int status) {
  return status == 481 || status == 404 || status == 410 || status == 604;
}

}  // namespace

Signal Leg::on_response(const sip::ResponseArrived& response, Turn& turn) {
  if (role_ == Role::callee && response.transaction == invited_) {
    return on_invite_response(response, turn);
  }
  if (response.message.status() < 200) return Signal::none;
  auto pending = take_pending(response.transaction);
  if (pending) {
    turn.index.requests.erase(response.transaction);
    return on_pending_response(*pending, response, turn);
  }
  return Signal::none;
}

Signal Leg::on_invite_response(const sip::ResponseArrived& response, Turn& turn) {
  const int status = response.message.status();
  if (is_success(status)) {
    if (dialog_ || state_ == State::ended) {
      dismiss_stray_answer(response, turn);  // a second fork downstream
      return Signal::none;
    }
    const bool is_wanted = state_ == State::inviting || state_ == State::ringing;
    on_answer(response, turn);
    return is_wanted ? Signal::answered : Signal::none;
  }
  switch (state_) {
    case State::inviting:
      if (status < 200) {
        enter(State::ringing, turn);
        return Signal::ringing;
      }
      [[fallthrough]];
    case State::ringing:
      if (status < 200) return Signal::none;
      failure_ =
          outcome_of_response(status, response.message.header(sip::HeaderId::reason).value_or(""));
      refusal_status_ = status;
      enter(State::ended, turn);
      return Signal::failed;
    case State::cancelling:
      if (status >= 200) enter(State::ended, turn);
      return Signal::none;
    case State::talking:
    case State::ending:
    case State::ended:
      return Signal::none;
  }
  return Signal::none;
}

void Leg::on_answer(const sip::ResponseArrived& response, Turn& turn) {
  const bool is_too_late = state_ == State::cancelling;
  establish(sip::Dialog::established_by(response.message, flow_), turn);
  learn_timer(response.message, turn);
  answer_ = response.message.body();
  if (is_offer_late_ && !is_too_late) {
    owed_ack_ = OwedAck{response.transaction, 1};
  } else {
    acknowledge(response.transaction, 1, {}, turn);
  }
  enter(is_too_late ? State::ending : State::talking, turn);
  hang_up(turn);
}

Signal Leg::on_pending_response(Pending& pending, const sip::ResponseArrived& response,
                                Turn& turn) {
  const int status = response.message.status();
  const bool is_late_offer = pending.on_behalf_of && pending.method == Method::invite &&
                             pending.on_behalf_of->message.body().empty();
  if (is_success(status) && dialog_) {
    if (pending.method != Method::bye) dialog_->refresh_target(response.message);
    if (is_late_offer && state_ == State::talking) {
      owed_ack_ = OwedAck{response.transaction, pending.cseq};
    } else if (pending.method == Method::invite) {
      acknowledge(response.transaction, pending.cseq, {}, turn);
    }
  }
  switch (pending.purpose) {
    case Purpose::bye:
      enter(State::ended, turn);
      return Signal::none;
    case Purpose::refresh:
      return on_refresh_response(status, turn);
    case Purpose::forward:
      forwarded_ = std::make_unique<Forwarded>(Forwarded{std::move(*pending.on_behalf_of), status,
                                                         std::string(response.message.body())});
      return is_dialog_gone(status) ? on_refresh_response(status, turn) : Signal::none;
  }
  return Signal::none;
}

Signal Leg::on_refresh_response(int status, Turn& turn) {
  if (state_ != State::talking) return Signal::none;
  // RFC 3261 §12.2.1.2: 408 ends the dialog too; who was only not heard is told so by BYE.
  if (is_dialog_gone(status)) enter(State::ended, turn);
  if (is_dialog_gone(status) || status == 408) return Signal::lost;
  const bool knows_no_update = status == 405 || status == 501;
  if (knows_no_update && allows_update_) {
    allows_update_ = false;
    refresh_at_ = turn.now;
    return Signal::none;
  }
  refresh_at_ = turn.now + refresh_interval_;
  return Signal::none;
}

Signal Leg::on_request_failed(const sip::RequestFailed& failure, Turn& turn) {
  const bool is_flow_lost = failure.reason == sip::RequestFailed::Reason::flow_lost;
  if (role_ == Role::callee && failure.transaction == invited_) {
    const bool was_wanted = state_ == State::inviting || state_ == State::ringing;
    if (!was_wanted && state_ != State::cancelling) return Signal::none;
    failure_ = Outcome::offline;
    enter(State::ended, turn);
    return was_wanted ? Signal::failed : Signal::none;
  }
  auto pending = take_pending(failure.transaction);
  if (!pending) return Signal::none;
  turn.index.requests.erase(failure.transaction);
  switch (pending->purpose) {
    case Purpose::bye:
      if (is_flow_lost) {
        hang_up(turn);  // on the new flow, or once there is one
      } else {
        enter(State::ended, turn);
      }
      return Signal::none;
    case Purpose::forward:
      // Not 408: JsSIP would take that for the end of the call.
      forwarded_ =
          std::make_unique<Forwarded>(Forwarded{std::move(*pending->on_behalf_of), 504, {}});
      break;
    case Purpose::refresh:
      if (is_flow_lost && state_ == State::talking && !flow_lost_at_) refresh(turn);
      break;
  }
  return is_flow_lost ? Signal::none : on_refresh_response(408, turn);
}

std::optional<Leg::Pending> Leg::take_pending(sip::ClientTransactionId transaction) {
  const auto at = std::ranges::find(pending_, transaction, &Pending::transaction);
  if (at == pending_.end()) return std::nullopt;
  Pending pending = std::move(*at);
  pending_.erase(at);
  return pending;
}

void Leg::acknowledge(sip::ClientTransactionId transaction, std::uint32_t cseq,
                      std::string_view sdp, Turn& turn) {
  auto writer = dialog_->ack(cseq, turn.endpoint.via_value(flow_, turn.endpoint.new_branch()));
  turn.endpoint.acknowledge(transaction, dialog_->id().remote_tag,
                            sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp),
                            turn.now, turn.sip);
}

void dismiss_stray_answer(const sip::ResponseArrived& response, Turn& turn) {
  const sip::Message& message = response.message;
  if (message.cseq().method != Method::invite || !is_success(message.status()) ||
      message.to().tag().empty()) {
    return;
  }
  sip::Endpoint& endpoint = turn.endpoint;
  sip::Dialog dialog = sip::Dialog::established_by(message, response.flow);
  auto ack =
      dialog.ack(message.cseq().number, endpoint.via_value(response.flow, endpoint.new_branch()));
  endpoint.acknowledge(response.transaction, message.to().tag(), ack.finish(), turn.now, turn.sip);

  const std::string branch = endpoint.new_branch();
  auto bye = dialog.request(Method::bye, endpoint.via_value(response.flow, branch));
  bye.header(sip::HeaderId::reason, "SIP;cause=200;text=\"Call completed elsewhere\"");
  endpoint.request(response.flow, Method::bye, branch, bye.finish(), turn.now, turn.sip);
}

}  // namespace dering::call
