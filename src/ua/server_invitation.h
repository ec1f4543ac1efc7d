// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ua/peer.h"
#include "ua/reliable_responses.h"
#include "ua/session_timer.h"

namespace dering::ua {

/// What an offer in a PRACK gets: its answer, empty where there was no offer; else a value of
/// Warning, which may be empty.
using PrackAnswer = std::expected<std::string, std::string_view>;

/// Why an INVITE is refused: the values of Reason (RFC 3326), and of Warning where there is one.
struct Words {
  std::string_view reason;
  std::string_view warning = {};
};

/// An INVITE that a peer sent us for a new dialog, until its final response (RFC 3261 §13.3). The
/// endpoint repeats what has to be repeated. To a peer that requires it (RFC 3262) provisional
/// responses are sent one after the other, each once the one before is acknowledged. Signalling
/// thread.
class ServerInvitation {
 public:
  enum class State : std::uint8_t {
    trying,
    ringing,   ///< 180 or 183 sent
    accepted,  ///< 200 sent; the usage goes on from here
    refused,
  };
  enum class Event : std::uint8_t {
    none,
    unacknowledged,  ///< no PRACK came: refused with 504
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
  /// 183 with this description: what it answers is what the 200 will answer.
  void progress(const Peer& peer, std::string_view sdp, Turn& turn);
  /// 200 with this description, as soon as it may be said. What is given waits for its ACK.
  InviteEntry accept(const Peer& peer, std::string_view sdp, Turn& turn);
  /// A final response that tells why.
  void refuse(const Peer& peer, int status, const Words& why, Turn& turn);
  /// The same in place of a 200 that could not be said yet; false if it was said.
  bool take_back(const Peer& peer, int status, const Words& why, Turn& turn);

  /// Whether this PRACK may bring an offer: what it acknowledges was an answer (RFC 3262 §5).
  bool may_offer_in(const sip::RequestArrived& prack) const;
  /// A PRACK of the peer, which is answered: an offer in it by `answer`, or by 488 where there is
  /// none. A 200 that waits for it says the same.
  void on_prack(const Peer& peer, const sip::RequestArrived& prack, const PrackAnswer& answer,
                Turn& turn);
  Event on_time(const Peer& peer, Turn& turn);
  std::optional<Instant> next_deadline() const;

 private:
  struct Provisional {
    int status;
    std::string sdp;
  };

  void say(const Peer& peer, Provisional provisional, Turn& turn);
  void say_accepted(const Peer& peer, Turn& turn);
  /// What waited for a PRACK.
  void go_on(const Peer& peer, Turn& turn);
  void finish(const Peer& peer, int status, const Words& why, Turn& turn);

  std::optional<sip::RequestArrived> invite_;  ///< until its final response
  InviteEntry at_invite_;
  SessionTerms terms_;
  State state_ = State::trying;
  std::optional<ReliableResponses> reliable_;  ///< where the peer requires them
  std::vector<Provisional> next_;              ///< once the one before is acknowledged
  std::optional<std::string> held_;            ///< description of a 200 that may not be said yet
};

}  // namespace dering::ua
