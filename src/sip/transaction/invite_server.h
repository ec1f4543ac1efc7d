// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sip/transaction/action.h"
#include "sip/transaction/timers.h"

namespace dering::sip {

/// INVITE server transaction: RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1. A 2xx is
/// not repeated here but by SuccessRetransmission. Holds no bytes; signalling thread only.
class InviteServerTransaction {
 public:
  enum class State : std::uint8_t {
    proceeding,
    cancelled,  ///< like proceeding; the user knows of the CANCEL and owes 487
    accepted,
    completed,
    confirmed,
    terminated,
  };

  explicit InviteServerTransaction(Delivery delivery) : delivery_(delivery) {}

  /// The same INVITE came again.
  void on_retransmission(Actions& out);
  void on_cancel(Instant now, Actions& out);
  void on_ack(Instant now);
  /// The user answers. Action::send means that the answer is taken and becomes the latest response;
  /// after a final response nothing is taken any more.
  void on_answer(int status, Instant now, Actions& out);
  /// The connection is gone: whatever is not answered or acknowledged soon is over.
  void on_flow_lost(Instant now);
  /// The phone is back on another connection: timers begin anew.
  void on_flow_moved(Instant now);
  void on_time(Instant now, Actions& out);
  std::optional<Instant> next_deadline() const { return earlier(resend_.at(), end_at_); }

  State state() const { return state_; }
  bool is_over() const { return state_ == State::terminated; }

 private:
  void enter(State state, Instant now);

  State state_ = State::proceeding;
  Delivery delivery_;
  Retransmission resend_;          ///< timer G
  std::optional<Instant> end_at_;  ///< timers H, I and L, and the patience after a loss
};

}  // namespace dering::sip
