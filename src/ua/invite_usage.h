// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ua/peer.h"
#include "ua/session_doubt.h"
#include "ua/session_timer.h"
#include "ua/sign_in.h"

namespace dering::ua {

/// What became of a request that a peer was sent for somebody else.
struct PassedOn {
  /// Whose request it was; null: an offer of our own, see InviteUsage::offer(), or where an answer
  /// is owed one of the peer's, that it was asked for.
  std::unique_ptr<sip::RequestArrived> request;
  int status = 0;  ///< 504 where no response came
  std::string body;
};

/// A confirmed INVITE dialog usage (RFC 5057): offers both ways, refreshes, INFO, and BYE. Ends in
/// bounded time once hang_up() was said: with the response to BYE, or when a lost connection is
/// given up. Signalling thread.
class InviteUsage {
 public:
  enum class State : std::uint8_t {
    talking,
    ending,  ///< BYE waits to be sent, or for its response
    ended,
  };
  enum class Event : std::uint8_t {
    none,
    lost,  ///< the peer does not know the dialog any more, is silent or does not refresh
  };
  /// What the invitation left: its terms, what the peer understands, and the description it has.
  struct Start {
    SessionTerms terms;
    const sip::Message& message;  ///< of the peer: its INVITE, or its 2xx
    std::string sdp;
  };

  InviteUsage(LegId leg, Start start, Instant now);

  State state() const { return state_; }
  /// What we told this peer last.
  const std::string& sdp() const { return sdp_; }
  void set_sdp(std::string_view sdp) { sdp_ = sdp; }
  bool has_offer_pending() const;
  /// The peer understands an INVITE that takes the place of this dialog (RFC 3891).
  bool may_be_replaced() const { return knows_replaces_; }
  /// The same, and nothing is under way in the dialog.
  bool is_at_rest(const Peer& peer) const;

  // -- requests of the peer; each is answered once
  /// A refresh without a description (RFC 3311, RFC 4028 §9).
  void on_refresh(const Peer& peer, const sip::RequestArrived& request, Turn& turn);
  /// 200 to an offer.
  void answer(const Peer& peer, const sip::RequestArrived& request, std::string_view sdp,
              Turn& turn);
  void on_bye() { state_ = State::ended; }
  /// The peer is a page that was loaded anew, and may come back in another dialog (RFC 3891).
  bool is_forgotten() const { return forgotten_at_.has_value(); }

  // -- requests of ours
  /// A request of another leg's peer, with its body.
  void pass_on(Peer& peer, sip::RequestArrived request, Turn& turn);
  /// No other offer is under way, and all of them are acknowledged.
  bool may_offer(const Peer& peer) const;
  /// A re-INVITE of our own; empty: the peer shall make the offer, and we answer_in_ack().
  void offer(Peer& peer, std::string_view sdp, Turn& turn);
  void answer_in_ack(const Peer& peer, std::string_view sdp, Turn& turn);
  bool owes_answer() const { return owed_ack_.has_value(); }
  /// BYE with this Reason, as soon as it may be said.
  void hang_up(Peer& peer, std::string_view reason, Turn& turn);
  /// No refresh is under way, and the peer can be reached.
  bool may_refresh(const Peer& peer) const;
  /// Asks now whether the peer still knows the dialog.
  void refresh(Peer& peer, Turn& turn);

  // -- what comes in
  /// A 2xx of ours to an INVITE waits for its ACK.
  void await_ack(InviteEntry invite) { at_invite_ = std::move(invite); }
  /// It came, or will not come any more.
  void on_ack(Peer& peer, Turn& turn);
  Event on_response(Peer& peer, const sip::ResponseArrived& response, Turn& turn);
  Event on_failed(Peer& peer, const sip::RequestFailed& failure, Turn& turn);
  void on_flow_closed(Instant now, sip::FlowEnd how = sip::FlowEnd::lost);
  /// The peer spoke in the dialog: it knows it.
  void on_heard() { forgotten_at_.reset(); }
  /// The peer speaks from another connection: what could not be said is said there.
  void on_flow_moved(Peer& peer, Turn& turn);
  Event on_time(Peer& peer, Turn& turn);
  std::optional<Instant> next_deadline(const Peer& peer) const;

  std::optional<PassedOn> take_passed_on() { return std::exchange(passed_on_, std::nullopt); }

 private:
  enum class Purpose : std::uint8_t { refresh, bye, pass_on, offer, ask };
  /// A request of ours that waits for its final response.
  struct Pending {
    sip::ClientTransactionId transaction;
    RequestEntry entry;
    Purpose purpose;
    sip::Method method;
    std::uint32_t cseq;
    bool is_offer_theirs;  ///< an INVITE without a description
    std::unique_ptr<sip::RequestArrived> on_behalf_of;
    SignIn sign_in{};
    std::string type{};  ///< of its body; both only where it may have to be said again
    std::string text{};
  };
  struct Body {
    std::string_view type{};
    std::string_view text{};
    SignIn sign_in{};
  };
  struct OwedAck {
    sip::ClientTransactionId transaction;
    std::uint32_t cseq;
  };

  Pending& send(Peer& peer, sip::Method method, Purpose purpose, Body body, Turn& turn);
  /// A challenge was answered, and the request is said again.
  bool is_said_again(Peer& peer, Pending& pending, const sip::ResponseArrived& challenge,
                     Turn& turn);
  std::optional<Pending> take_pending(sip::ClientTransactionId transaction);
  Event settle_passed(const Peer& peer, Pending& pending, const sip::Message& response, Turn& turn);
  void on_success(Peer& peer, const Pending& pending, const sip::ResponseArrived& response,
                  Turn& turn);
  Event on_refreshed(const Peer& peer, int status, Turn& turn);
  /// Something can be said in the dialog.
  bool is_reachable(const Peer& peer) const { return !peer.lost_at() && !forgotten_at_; }
  /// Asks the peer what it has, if that is in doubt. False: not now.
  bool ask_for_offer(Peer& peer, Turn& turn);
  Event on_asked(const Peer& peer, const sip::Message& response, Turn& turn);
  void note_lost_offer(const Pending& pending, Instant now);
  /// Until when a peer that lost its connection may come back; nothing while it has one.
  std::optional<Instant> waits_until(const Peer& peer) const;
  void say_bye(Peer& peer, Turn& turn);
  void on_bye_answered(Peer& peer, const Pending& bye, int status, Turn& turn);

  LegId leg_;
  State state_ = State::talking;
  SessionTimer timer_;
  SessionDoubt doubt_;
  bool allows_update_;
  bool knows_replaces_;
  std::vector<Pending> pending_;
  InviteEntry at_invite_;  ///< of the peer: our 2xx waits for its ACK
  std::optional<OwedAck> owed_ack_;
  std::string sdp_;
  std::string reason_;  ///< of BYE
  std::optional<PassedOn> passed_on_;
  std::optional<Instant> forgotten_at_;
  sip::FlowEnd flow_end_ = sip::FlowEnd::lost;  ///< of the last connection that ended
};

}  // namespace dering::ua
