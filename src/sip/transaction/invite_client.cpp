// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/invite_client.h"

namespace dering::sip {

InviteClientTransaction::InviteClientTransaction(Delivery delivery, Instant now)
    : delivery_(delivery) {
  enter(State::calling, now);
}

void InviteClientTransaction::on_response(int status, Instant now, Actions& out) {
  if (status < 200) {
    on_provisional(status, now, out);
  } else {
    on_final(status, now, out);
  }
}

void InviteClientTransaction::on_provisional(int status, Instant now, Actions& out) {
  if (!awaits_final()) return;
  if (state_ == State::calling) enter(State::proceeding, now);
  if (state_ == State::cancel_held) {
    out.push(Action::send_cancel);
    enter(State::cancelling, now);
  }
  if (status != 100) out.push(Action::deliver);
}

void InviteClientTransaction::on_final(int status, Instant now, Actions& out) {
  const bool is_success = status < 300;
  switch (state_) {
    case State::calling:
    case State::cancel_held:
    case State::proceeding:
    case State::cancelling:
      if (!is_success) out.push(Action::acknowledge);
      out.push(Action::deliver);
      enter(is_success ? State::accepted : State::completed, now);
      break;
    case State::accepted:
      // RFC 6026 §7.2: each 2xx is passed on, since forks answer one by one; others are dropped.
      if (is_success) out.push(Action::deliver);
      break;
    case State::completed:
      if (!is_success) out.push(Action::acknowledge);
      break;
    case State::flow_lost:
      out.push(is_success ? Action::deliver : Action::acknowledge);
      enter(is_success ? State::accepted : State::completed, now);
      break;
    case State::terminated:
      break;
  }
}

void InviteClientTransaction::on_cancel(Instant now, Actions& out) {
  if (state_ == State::calling) enter(State::cancel_held, now);
  if (state_ == State::proceeding) {
    out.push(Action::send_cancel);
    enter(State::cancelling, now);
  }
}

void InviteClientTransaction::on_flow_closed(Instant now, Actions& out) {
  if (awaits_final()) out.push(Action::report_failure);
  enter(State::terminated, now);
}

void InviteClientTransaction::on_flow_lost(Instant now, Actions& out) {
  // An accepted one stays as it is: its ACK may have been lost, and its 2xx may come again.
  if (!awaits_final()) return;
  out.push(Action::report_failure);
  enter(State::flow_lost, now);
}

void InviteClientTransaction::on_flow_moved(Instant now, Actions& out) {
  if (state_ == State::flow_lost) out.push(Action::send_cancel);
  if (state_ == State::flow_lost || state_ == State::accepted) enter(state_, now);
}

void InviteClientTransaction::on_time(Instant now, Actions& out) {
  if (end_at_ && now >= *end_at_) {
    if (awaits_final()) out.push(Action::report_failure);
    enter(State::terminated, now);
  } else if (resend_.take_due(now)) {
    out.push(Action::send);
  }
}

void InviteClientTransaction::enter(State state, Instant now) {
  state_ = state;
  switch (state) {
    case State::calling:
      if (delivery_ == Delivery::unreliable) resend_.start(now, transaction_timeout);
      end_at_ = now + transaction_timeout;
      break;
    case State::cancel_held:  // timers A and B run on
      break;
    case State::proceeding:
      resend_.stop();
      end_at_.reset();
      break;
    case State::cancelling:
    case State::accepted:
    case State::flow_lost:
      resend_.stop();
      end_at_ = now + transaction_timeout;
      break;
    case State::completed:
      // Timer D is zero where the network repeats nothing.
      if (delivery_ == Delivery::reliable) return enter(State::terminated, now);
      resend_.stop();
      end_at_ = now + transaction_timeout;
      break;
    case State::terminated:
      resend_.stop();
      end_at_.reset();
      break;
  }
}

bool InviteClientTransaction::awaits_final() const {
  switch (state_) {
    case State::calling:
    case State::cancel_held:
    case State::proceeding:
    case State::cancelling:
      return true;
    case State::accepted:
    case State::completed:
    case State::flow_lost:
    case State::terminated:
      return false;
  }
  return false;
}

}  // namespace dering::sip
