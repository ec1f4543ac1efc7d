// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/non_invite_client.h"

namespace dering::sip {

NonInviteClientTransaction::NonInviteClientTransaction(Delivery delivery, Instant now)
    : delivery_(delivery) {
  enter(State::trying, now);
}

void NonInviteClientTransaction::on_response(int status, Instant now, Actions& out) {
  if (!awaits_final()) return;
  if (status != 100) out.push(Action::deliver);
  if (status >= 200) {
    enter(State::completed, now);
  } else if (state_ == State::trying) {
    enter(State::proceeding, now);
  }
}

void NonInviteClientTransaction::on_flow_closed(Instant now, Actions& out) {
  if (awaits_final()) out.push(Action::report_failure);
  enter(State::terminated, now);
}

void NonInviteClientTransaction::on_flow_lost(Instant now) {
  if (!awaits_final()) return;
  resend_.stop();
  end_at_ = now + return_timeout;
}

void NonInviteClientTransaction::on_time(Instant now, Actions& out) {
  if (end_at_ && now >= *end_at_) {
    if (awaits_final()) out.push(Action::report_failure);
    enter(State::terminated, now);
  } else if (resend_.take_due(now)) {
    out.push(Action::send);
  }
}

void NonInviteClientTransaction::enter(State state, Instant now) {
  state_ = state;
  switch (state) {
    case State::trying:
      if (delivery_ == Delivery::unreliable) resend_.start(now, t2);
      end_at_ = now + transaction_timeout;
      break;
    case State::proceeding:  // timer F runs on; timer E fires every T2 after the next time
      resend_.slow_down();
      break;
    case State::completed:
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
