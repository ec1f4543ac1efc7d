// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/invite_server.h"

namespace dering::sip {

void InviteServerTransaction::on_retransmission(Actions& out) {
  switch (state_) {
    case State::proceeding:
    case State::cancelled:
    case State::completed:
      out.push(Action::send);
      break;
    case State::accepted:  // RFC 6026 §7.1: absorbed, the 2xx comes again by itself
    case State::confirmed:
    case State::terminated:
      break;
  }
}

void InviteServerTransaction::on_cancel(Instant now, Actions& out) {
  // RFC 3261 §9.2: CANCEL has no effect on a transaction that has sent its final response.
  if (state_ != State::proceeding) return;
  out.push(Action::report_cancel);
  enter(State::cancelled, now);
}

void InviteServerTransaction::on_ack(Instant now) {
  if (state_ == State::completed) enter(State::confirmed, now);
}

void InviteServerTransaction::on_answer(int status, Instant now, Actions& out) {
  switch (state_) {
    case State::proceeding:
    case State::cancelled:
      out.push(Action::send);
      if (status >= 300) {
        enter(State::completed, now);
      } else if (status >= 200) {
        enter(State::accepted, now);
      }
      break;
    case State::accepted:
    case State::completed:
    case State::confirmed:
    case State::terminated:
      break;
  }
}

void InviteServerTransaction::on_flow_lost(Instant now) {
  const bool is_unanswered = state_ == State::proceeding || state_ == State::cancelled;
  if (is_unanswered) end_at_ = now + transaction_timeout;
}

void InviteServerTransaction::on_flow_moved(Instant now) {
  end_at_.reset();
  enter(state_, now);
}

void InviteServerTransaction::on_time(Instant now, Actions& out) {
  if (end_at_ && now >= *end_at_) {
    enter(State::terminated, now);
  } else if (resend_.take_due(now)) {
    out.push(Action::send);
  }
}

void InviteServerTransaction::enter(State state, Instant now) {
  state_ = state;
  switch (state) {
    case State::proceeding:
    case State::cancelled:
      break;
    case State::accepted:
      end_at_ = now + transaction_timeout;
      break;
    case State::completed:
      if (delivery_ == Delivery::unreliable) resend_.start(now, t2);
      end_at_ = now + transaction_timeout;
      break;
    case State::confirmed:
      if (delivery_ == Delivery::reliable) return enter(State::terminated, now);
      resend_.stop();
      end_at_ = now + t4;
      break;
    case State::terminated:
      resend_.stop();
      end_at_.reset();
      break;
  }
}

}  // namespace dering::sip
