// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sip/transaction/action.h"
#include "sip/transaction/timers.h"

namespace dering::sip {

/// Non-INVITE client transaction: RFC 3261 §17.1.2. The owner has sent the request when it makes
/// the machine. Holds no bytes; signalling thread only.
class NonInviteClientTransaction {
 public:
  enum class State : std::uint8_t { trying, proceeding, completed, terminated };

  NonInviteClientTransaction(Delivery delivery, Instant now);

  void on_response(int status, Instant now, Actions& out);
  void on_flow_closed(Instant now, Actions& out);
  /// The connection is gone, and the phone is to be told on its next one.
  void on_flow_lost(Instant now);
  void on_time(Instant now, Actions& out);
  std::optional<Instant> next_deadline() const { return earlier(resend_.at(), end_at_); }

  State state() const { return state_; }
  bool is_over() const { return state_ == State::terminated; }

 private:
  void enter(State state, Instant now);
  bool awaits_final() const { return state_ == State::trying || state_ == State::proceeding; }

  State state_ = State::trying;
  Delivery delivery_;
  Retransmission resend_;          ///< timer E
  std::optional<Instant> end_at_;  ///< timers F and K
};

}  // namespace dering::sip
