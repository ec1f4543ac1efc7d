// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ua/early_dialogs.h"
#include "ua/peer.h"
#include "ua/session_timer.h"
#include "ua/sign_in.h"

namespace dering::ua {

/// A header field of ours, whole.
struct ToldField {
  std::string_view name;  ///< static text
  std::string value;
};
/// What an invited peer is told.
struct Invitation {
  std::string from;  ///< name-addr with the tag of our peer
  std::string to;    ///< name-addr without one
  std::string sdp;   ///< empty: the peer shall make the offer
  /// Value of Replaces: the dialog of the peer whose place this takes (RFC 3891); may be empty.
  std::string replaces{};
  std::vector<ToldField> more{};
};

/// Our INVITE to a peer, until it is confirmed or failed (RFC 3261 §13.2): early dialogs with their
/// PRACKs (RFC 3262), CANCEL, the 2xx that crosses it, a session timer that was too short (422).
/// Signalling thread.
class ClientInvitation {
 public:
  enum class State : std::uint8_t {
    calling,
    ringing,     ///< a provisional response came
    cancelling,  ///< CANCEL is said, the final response is still to come
    answered,    ///< 2xx; its ACK may be owed, see owes_answer()
    failed,
  };
  enum class Event : std::uint8_t {
    none,
    ringing,
    progress,  ///< another provisional response, which says something of sound: take_early()
    answered,
    answered_late,  ///< after CANCEL: the dialog is there, and nobody wants it
    failed,         ///< see failure()
  };
  /// Why it failed: the final response, or 0 where none came.
  struct Failure {
    int status = 0;
    std::string reason;   ///< value of Reason
    std::string contact;  ///< of a 3xx: value of Contact
    std::string warning;  ///< value of Warning
    /// It asked for a sign-in that we do not give; nothing where we have no account there.
    std::optional<trunk::NoAnswer> unanswered{};
  };

  ClientInvitation(LegId leg, Invitation invitation) : leg_(leg), said_(std::move(invitation)) {}

  State state() const { return state_; }
  bool is_pending() const { return state_ == State::calling || state_ == State::ringing; }
  sip::ClientTransactionId transaction() const { return transaction_; }
  const Failure& failure() const { return failure_; }
  const std::string& cancel_reason() const { return cancel_reason_; }
  /// What both sides agreed on in the 2xx.
  const SessionTerms& terms() const { return terms_; }
  /// The description that the peer was sent; given once, when it has answered.
  std::string take_sdp() { return std::exchange(said_.sdp, {}); }
  /// The description in the 2xx, or in the reliable response before it; given once.
  std::string take_answer() { return std::exchange(answer_, {}); }
  /// The description in a provisional response; given once.
  std::string take_early() { return std::exchange(early_sdp_, {}); }
  /// The 2xx made the offer: the answer goes into our ACK (RFC 3261 §13.2.2.4).
  bool owes_answer() const { return owed_ack_.has_value(); }
  /// The tag of the fork that rang first; empty before one does.
  const std::string& ringing_tag() const { return early_.first_tag(); }

  /// Before send(), beside what each INVITE says.
  void tell(std::vector<ToldField> more) {
    for (ToldField& field : more) said_.more.push_back(std::move(field));
  }
  /// Completes the invitation, before send().
  void tell(std::string to, std::string sdp);
  void send(const Peer& peer, Turn& turn);
  /// Reason is a header value.
  void cancel(std::string_view reason, Turn& turn);
  /// An empty one acknowledges and answers nothing.
  void answer_in_ack(const Peer& peer, std::string_view sdp, Turn& turn);

  Event on_response(Peer& peer, const sip::ResponseArrived& response, Turn& turn);
  /// The early dialog that a request of the peer belongs to; null: none.
  sip::Dialog* early_dialog(const sip::Message& request);
  /// No final response will come.
  Event on_failed();

 private:
  bool acknowledge(const Peer& peer, const sip::ResponseArrived& response, Turn& turn);
  sip::Dialog dialog_of(const sip::ResponseArrived& response);
  Event on_success(Peer& peer, const sip::ResponseArrived& response, Turn& turn);
  Event on_refusal(const Peer& peer, const sip::ResponseArrived& refusal, Turn& turn);
  /// It may be said again, and is.
  bool is_said_again(const Peer& peer, const sip::ResponseArrived& refusal, Turn& turn);
  Event fail();

  LegId leg_;
  Invitation said_;
  State state_ = State::calling;
  sip::ClientTransactionId transaction_;
  RequestEntry at_request_;
  std::uint32_t cseq_ = 0;
  /// What it is said again with.
  struct {
    SignIn sign_in;
    std::uint32_t min_session = 0;  ///< what a 422 asked for
  } again_;
  EarlyDialogs early_;
  DialogEntry at_early_;  ///< until the peer has its dialog
  std::optional<sip::ClientTransactionId> owed_ack_;
  SessionTerms terms_;
  std::string early_sdp_;
  std::string answer_;
  std::string cancel_reason_;
  Failure failure_;
};

/// A 2xx that nobody waits for any more: acknowledged and ended (RFC 3261 §13.2.2.4), so that no
/// phone talks to nobody.
void dismiss_stray_answer(const sip::ResponseArrived& response, Turn& turn);
/// The same where the dialog is known.
void dismiss_stray_answer(const sip::ResponseArrived& response, sip::Dialog dialog, Turn& turn);

}  // namespace dering::ua
