// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sip/transaction/action.h"
#include "sip/transaction/timers.h"

namespace dering::sip {

/// Repeats our 2xx to an INVITE until its ACK comes, on every transport, since the ACK travels end
/// to end (RFC 3261 §13.3.1.4). The owner has sent the 2xx when it makes the machine. Holds no
/// bytes; signalling thread only.
class SuccessRetransmission {
 public:
  enum class State : std::uint8_t { repeating, acknowledged, given_up };
  enum class Ack : std::uint8_t { first, repeated };

  explicit SuccessRetransmission(Instant now) : give_up_at_(now + transaction_timeout) {
    resend_.start(now, t2);
  }

  /// Only the first ACK is news to the user.
  Ack on_ack() {
    if (state_ != State::repeating) return Ack::repeated;
    enter(State::acknowledged);
    return Ack::first;
  }
  void on_time(Instant now, Actions& out) {
    if (state_ != State::repeating) return;
    if (now >= give_up_at_) {
      out.push(Action::report_missing_ack);
      enter(State::given_up);
    } else if (resend_.take_due(now)) {
      out.push(Action::send);
    }
  }
  std::optional<Instant> next_deadline() const {
    if (state_ != State::repeating) return std::nullopt;
    return earlier(resend_.at(), give_up_at_);
  }
  State state() const { return state_; }

 private:
  void enter(State state) { state_ = state; }

  State state_ = State::repeating;
  Retransmission resend_;
  Instant give_up_at_;
};

}  // namespace dering::sip
