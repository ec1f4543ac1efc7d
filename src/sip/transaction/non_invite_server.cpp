// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/non_invite_server.h"

namespace dering::sip {

void NonInviteServerTransaction::on_retransmission(Actions& out) {
  switch (state_) {
    case State::proceeding:
    case State::completed:
      out.push(Action::send);
      break;
    case State::trying:
    case State::withheld:
    case State::terminated:
      break;
  }
}

void NonInviteServerTransaction::on_answer(int status, Instant now, Actions& out) {
  if (state_ != State::trying && state_ != State::proceeding) return;
  if (status == 408) {
    // RFC 4320 §4.2: it would come when the client has already given up.
    enter(State::withheld, now);
  } else if (status >= 200) {
    out.push(Action::send);
    enter(State::completed, now);
  } else if (status == 100) {
    out.push(Action::send);
    enter(State::proceeding, now);
  }
}

void NonInviteServerTransaction::on_time(Instant now, Actions&) {
  if (end_at_ && now >= *end_at_) enter(State::terminated, now);
}

void NonInviteServerTransaction::enter(State state, Instant now) {
  state_ = state;
  switch (state) {
    case State::trying:
    case State::proceeding:
      break;
    case State::completed:
    case State::withheld:
      if (delivery_ == Delivery::reliable) return enter(State::terminated, now);
      end_at_ = now + transaction_timeout;
      break;
    case State::terminated:
      end_at_.reset();
      break;
  }
}

}  // namespace dering::sip
