// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sip/transaction/action.h"
#include "sip/transaction/timers.h"

namespace dering::sip {

/// Non-INVITE server transaction: RFC 3261 §17.2.2 with RFC 4320: no provisional response but 100,
/// and no 408. Holds no bytes; signalling thread only.
class NonInviteServerTransaction {
 public:
  enum class State : std::uint8_t {
    trying,
    proceeding,
    completed,
    withheld,  ///< the user said 408: repetitions are absorbed without an answer
    terminated,
  };

  explicit NonInviteServerTransaction(Delivery delivery) : delivery_(delivery) {}

  /// The same request came again.
  void on_retransmission(Actions& out);
  /// The user answers. Action::send means that the answer is taken and becomes the latest response.
  void on_answer(int status, Instant now, Actions& out);
  void on_time(Instant now, Actions& out);
  std::optional<Instant> next_deadline() const { return end_at_; }

  State state() const { return state_; }
  bool is_over() const { return state_ == State::terminated; }

 private:
  void enter(State state, Instant now);

  State state_ = State::trying;
  Delivery delivery_;
  std::optional<Instant> end_at_;  ///< timer J
};

}  // namespace dering::sip
