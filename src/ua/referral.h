// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ua/peer.h"
#include "ua/turn.h"

namespace dering::ua {

/// The subscription that a REFER inside a dialog makes (RFC 3515 §2.4.4): a usage of its own, which
/// tells the one who asked what became of it. One NOTIFY at once, one at the end. Signalling
/// thread.
class Referral {
 public:
  enum class State : std::uint8_t {
    asked,     ///< the REFER waits for its answer
    accepted,  ///< 202 sent
    over,
  };

  Referral(LegId leg, sip::RequestArrived refer) : leg_(leg), refer_(std::move(refer)) {}

  State state() const { return state_; }
  /// Refer-To, as it stood there; what it means is for others to say.
  std::string_view target() const;

  /// 202, and "100 Trying".
  void accept(Peer& peer, Turn& turn);
  /// Takes the REFER back unanswered: somebody refuses it.
  sip::RequestArrived refuse();
  /// How it went, as the final response of a call; the subscription ends with it (RFC 3515 §2.4.7).
  void finish(Peer& peer, int status, Turn& turn);
  /// Any final response to a NOTIFY, or none. False: it was to another request.
  bool on_ended(sip::ClientTransactionId transaction);

 private:
  struct Notify {
    sip::ClientTransactionId transaction;
    RequestEntry entry;
  };
  void notify(Peer& peer, int status, Turn& turn);

  LegId leg_;
  sip::RequestArrived refer_;
  State state_ = State::asked;
  std::vector<Notify> pending_;
};

}  // namespace dering::ua
