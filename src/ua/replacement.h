// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ua/client_invitation.h"
#include "ua/invite_usage.h"
#include "ua/peer.h"

namespace dering::ua {

/// A new dialog with a peer that is to take the place of the one it has: an INVITE with Replaces
/// (RFC 3891), which its phone answers by itself. Until it is answered the other one goes on, as it
/// does where this one is refused. Signalling thread.
class Replacement {
 public:
  /// `replaced`: confirmed, and of a peer that understands it.
  Replacement(LegId leg, const Peer& replaced, std::string sdp, Turn& turn);

  bool is(sip::ClientTransactionId transaction) const {
    return invitation_.transaction() == transaction;
  }
  /// Given up: who answers all the same is told goodbye.
  void cancel(std::string_view reason, Turn& turn) { invitation_.cancel(reason, turn); }

  // -- what comes in; each gives the final status, once: 504 where there is none to come
  std::optional<int> on_response(const sip::ResponseArrived& response, Turn& turn);
  std::optional<int> on_failed();

  // -- once it is answered
  Peer take_peer() { return std::move(peer_); }
  InviteUsage usage(const sip::Message& answer, Instant now);
  std::string take_answer() { return invitation_.take_answer(); }

 private:
  LegId leg_;
  Peer peer_;
  ClientInvitation invitation_;
};

}  // namespace dering::ua
