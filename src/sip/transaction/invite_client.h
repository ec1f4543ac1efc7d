// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sip/transaction/action.h"
#include "sip/transaction/timers.h"

namespace dering::sip {

/// INVITE client transaction: RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2 and the
/// waiting of a CANCEL for the first provisional response (RFC 3261 §9.1). The owner has sent the
/// INVITE when it makes the machine. Holds no bytes; signalling thread only.
class InviteClientTransaction {
 public:
  enum class State : std::uint8_t {
    calling,
    cancel_held,  ///< like calling; CANCEL goes out as soon as a provisional response has come
    proceeding,
    cancelling,  ///< CANCEL is out, the final response is owed within 64·T1
    accepted,
    completed,
    flow_lost,  ///< failed for its user; the phone may ring or have answered all the same
    terminated,
  };

  InviteClientTransaction(Delivery delivery, Instant now);

  void on_response(int status, Instant now, Actions& out);
  void on_cancel(Instant now, Actions& out);
  /// The connection is gone, and nobody is expected back.
  void on_flow_closed(Instant now, Actions& out);
  /// The connection is gone, and its phone may come back on another one.
  void on_flow_lost(Instant now, Actions& out);
  /// The phone is back: what its user does not wait for any more is cancelled there.
  void on_flow_moved(Instant now, Actions& out);
  void on_time(Instant now, Actions& out);
  std::optional<Instant> next_deadline() const { return earlier(resend_.at(), end_at_); }

  State state() const { return state_; }
  /// The user is still owed a final response.
  bool awaits_final() const;
  bool is_over() const { return state_ == State::terminated; }

 private:
  void enter(State state, Instant now);
  void on_provisional(int status, Instant now, Actions& out);
  void on_final(int status, Instant now, Actions& out);

  State state_ = State::calling;
  Delivery delivery_;
  Retransmission resend_;          ///< timer A
  std::optional<Instant> end_at_;  ///< timers B, D, M and the patience after CANCEL or loss
};

}  // namespace dering::sip
