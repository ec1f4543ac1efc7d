// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "ua/peer.h"
#include "ua/session_timer.h"

namespace dering::ua {

/// An INVITE that a peer sent us for a new dialog, until its final response (RFC 3261 §13.3). The
/// endpoint repeats what has to be repeated. Signalling thread.
class ServerInvitation {
 public:
  enum class State : std::uint8_t {
    trying,
    ringing,   ///< 180 sent
    accepted,  ///< 200 sent; the usage goes on from here
    refused,
  };

  ServerInvitation(LegId leg, sip::RequestArrived invite, Turn& turn);

  State state() const { return state_; }
  bool is_pending() const { return state_ == State::trying || state_ == State::ringing; }
  /// Only while it is pending.
  const sip::RequestArrived& request() const { return *invite_; }
  /// Terms that we offer in the 200.
  const SessionTerms& terms() const { return terms_; }

  /// 180, once.
  void ring(const Peer& peer, Turn& turn);
  /// 200 with this description. What is given waits for its ACK.
  InviteEntry accept(const Peer& peer, std::string_view sdp, Turn& turn);
  /// A final response that tells why in Reason.
  void refuse(const Peer& peer, int status, std::string_view reason, Turn& turn);

 private:
  std::optional<sip::RequestArrived> invite_;  ///< until its final response
  InviteEntry at_invite_;
  SessionTerms terms_;
  State state_ = State::trying;
};

}  // namespace dering::ua
