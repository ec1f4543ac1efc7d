// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "call/outcome.h"
#include "call/turn.h"
#include "sip/dialog/dialog.h"
#include "sip/endpoint/endpoint.h"

namespace dering::call {

/// A user as the other side sees one.
struct Party {
  std::string extension;
  std::string display_name;  ///< UTF-8; may be empty
  bool is_hidden = false;    ///< others are not told who it is (RFC 3323)
};

/// A phone that can be rung: a registered Contact URI, verbatim, and the way to it.
struct Contact {
  std::string uri;
  sip::Flow flow;
  std::string instance;  ///< names the phone for ever (RFC 5626 §4.1); may be empty
  std::string route{};   ///< proxies on the way, as they registered (RFC 3327); may be empty
};

/// How a phone carries sound; belongs to the way it is connected.
enum class MediaProfile : std::uint8_t {
  webrtc,  ///< DTLS-SRTP with ICE: a browser on a WebSocket
  rtp,     ///< plain RTP: a desk phone on UDP, TCP or TLS
};
constexpr MediaProfile profile_of(const sip::Flow& flow) {
  return is_websocket(flow.transport) ? MediaProfile::webrtc : MediaProfile::rtp;
}

/// What a called phone is told in its INVITE.
struct Invitation {
  Party caller;
  std::string dialled;
  std::string sdp;  ///< empty: the phone shall make the offer
};

/// What an input did to a leg, as far as its call must know.
enum class Signal : std::uint8_t {
  none,
  ringing,   ///< a called phone rings
  answered,  ///< a called phone answered
  failed,    ///< a called phone will not answer; failure() says why
  hung_up,   ///< the phone ended the call
  lost,      ///< the phone does not know the call any more, or is silent for too long
};

/// One party's side of a call: the INVITE that made it, its dialog, its requests. A leg either was
/// called by us (callee) or called us (caller). Every leg ends by itself in bounded time once end()
/// was said. Signalling thread.
class Leg {
 public:
  enum class Role : std::uint8_t { caller, callee };
  enum class State : std::uint8_t {
    inviting,    ///< INVITE received or sent
    ringing,     ///< 180 sent or received
    talking,     ///< 2xx sent or received
    cancelling,  ///< callee: CANCEL sent, the final response is still to come
    ending,      ///< BYE waits to be sent, or for its response
    ended,
  };

  /// Called us: `invite` waits for its answer.
  Leg(LegRef ref, Party party, std::string instance, sip::RequestArrived invite, Turn& turn);
  /// Will be called by us.
  Leg(LegRef ref, Party party, const Contact& contact, Turn& turn);

  LegId id() const { return ref_.leg; }
  LegRef ref() const { return ref_; }
  Role role() const { return role_; }
  State state() const { return state_; }
  const Party& party() const { return party_; }
  const sip::Flow& flow() const { return flow_; }
  /// True if the phone lost its connection and this is the same phone on another one.
  bool waits_for(const Contact& contact) const {
    return flow_lost_at_ && !instance_.empty() && instance_ == contact.instance;
  }
  Outcome failure() const { return failure_; }
  /// RFC 3261 §21.6: the refusal speaks for the person, not for one phone.
  bool refuses_for_all() const { return refusal_status_ >= 600; }
  /// The description in the 2xx of a called phone; given once.
  std::string take_answer() { return std::exchange(answer_, {}); }
  bool is_in_call() const { return state_ == State::ringing || state_ == State::talking; }
  const std::string& last_sdp() const { return last_sdp_; }

  // -- verbs while the call is set up
  void invite(const Invitation& invitation, Turn& turn);
  void ring(Turn& turn);
  /// 200 with this description.
  void accept(std::string_view sdp, Turn& turn);
  /// Completes a late offer: our ACK carries the answer (RFC 3261 §13.2.2.4).
  void send_answer_in_ack(std::string_view sdp, Turn& turn);

  /// Another phone of this user answered first.
  void lose_race(Turn& turn);

  /// Ends the leg in the way its state asks for: final response, CANCEL or BYE.
  void end(Outcome outcome, Turn& turn);

  // -- verbs inside the dialog
  void respond(const sip::RequestArrived& request, int status, Turn& turn);
  /// 200 to an offer.
  void respond_with_answer(const sip::RequestArrived& request, std::string_view sdp, Turn& turn);
  /// Passes a request of the other leg on; its response comes back as forwarded().
  void forward(sip::RequestArrived request, Turn& turn);
  bool has_offer_pending() const;

  // -- inputs
  Signal on_response(const sip::ResponseArrived& response, Turn& turn);
  Signal on_request_failed(const sip::RequestFailed& failure, Turn& turn);
  /// Judges CSeq and takes over a new remote target. False: the request is already answered.
  bool admit(const sip::RequestArrived& request, Turn& turn);
  void on_bye(const sip::RequestArrived& request, Turn& turn);
  void on_ack(Turn& turn);
  Signal on_flow_closed(Turn& turn);
  /// The phone registered from this flow.
  Signal on_flow_moved(const sip::Flow& flow, Turn& turn);
  /// A request of the dialog came from this flow, of the same user.
  void on_heard_from(const sip::Flow& flow, Turn& turn);
  Signal on_silence(std::uint32_t seconds);
  void on_sound() { is_silent_ = false; }
  Signal on_time(Turn& turn);
  std::optional<Instant> next_deadline() const;

  /// A request of the other leg whose response has come in on_response() or on_request_failed().
  struct Forwarded {
    sip::RequestArrived request;
    int status = 0;
    std::string body;
  };
  std::unique_ptr<Forwarded> take_forwarded() { return std::move(forwarded_); }

  /// Takes all entries of this leg out of the index.
  void leave(Index& index) const;

  std::optional<Port> port;  ///< at the media engine; kept by the call

 private:
  enum class Purpose : std::uint8_t { refresh, bye, forward };
  /// A request of ours inside the dialog that waits for its final response.
  struct Pending {
    sip::ClientTransactionId transaction;
    Purpose purpose;
    sip::Method method;
    std::uint32_t cseq;
    std::unique_ptr<sip::RequestArrived> on_behalf_of;
  };
  /// A 2xx to our late offer-less INVITE that we owe an ACK.
  struct OwedAck {
    sip::ClientTransactionId transaction;
    std::uint32_t cseq;
  };

  Signal on_invite_response(const sip::ResponseArrived& response, Turn& turn);
  void on_answer(const sip::ResponseArrived& response, Turn& turn);
  Signal on_pending_response(Pending& pending, const sip::ResponseArrived& response, Turn& turn);
  Signal on_refresh_response(int status, Turn& turn);
  std::optional<Pending> take_pending(sip::ClientTransactionId transaction);

  void establish(sip::Dialog dialog, Turn& turn);
  void move_to(const sip::Flow& flow, Turn& turn);
  void enter(State state, Turn& turn);
  void hang_up(Turn& turn);
  void forget_unacknowledged(Turn& turn);
  void refuse(Outcome outcome, Turn& turn);
  void cancel(std::string_view reason, Turn& turn);
  void acknowledge(sip::ClientTransactionId transaction, std::uint32_t cseq, std::string_view sdp,
                   Turn& turn);
  void refresh(Turn& turn);
  void send(sip::Method method, Purpose purpose, std::string_view content_type,
            std::string_view body, Turn& turn);
  void learn_timer(const sip::Message& message, Turn& turn);
  void add_contact_fields(sip::MessageWriter& writer, Turn& turn) const;

  LegRef ref_;
  Role role_;
  State state_ = State::inviting;
  Party party_;
  sip::Flow flow_;
  std::string instance_;
  std::string target_;   ///< callee: the Contact URI that was rung
  std::string route_;    ///< callee: Route of its INVITE
  std::string we_are_;   ///< user part of our Contact towards this phone
  std::string call_id_;  ///< the SIP one, of this leg alone
  std::string local_tag_;

  std::optional<sip::RequestArrived> invite_;  ///< caller, until its final response
  std::optional<sip::ServerTransactionId> unacknowledged_;
  sip::ClientTransactionId invited_;  ///< callee
  std::optional<OwedAck> owed_ack_;
  bool is_offer_late_ = false;

  std::optional<sip::Dialog> dialog_;
  std::vector<Pending> pending_;
  std::unique_ptr<Forwarded> forwarded_;
  std::string last_sdp_;  ///< what we last told this phone; repeated when we must refresh by INVITE
  std::string bye_reason_;
  Outcome failure_ = Outcome::failed;
  int refusal_status_ = 0;
  std::string answer_;

  bool allows_update_ = false;
  Duration refresh_interval_{};
  std::optional<Instant> refresh_at_;
  std::optional<Instant> flow_lost_at_;
  bool is_silent_ = false;
};

/// A 2xx that nobody waits for any more: acknowledged and ended (RFC 3261 §13.2.2.4), so that no
/// phone talks to nobody.
void dismiss_stray_answer(const sip::ResponseArrived& response, Turn& turn);

/// The methods we take part in, as in Allow.
inline constexpr std::string_view allowed_methods =
    "INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS, REGISTER";
/// What a lost flow leaves a call to come back.
inline constexpr Duration flow_grace = std::chrono::seconds(30);
/// RFC 4028: what we ask for, and the phone agrees to; we refresh at half of it.
inline constexpr std::uint32_t session_seconds = 1'800;
inline constexpr std::string_view we_refresh_as_client = "1800;refresher=uac";
inline constexpr std::string_view we_refresh_as_server = "1800;refresher=uas";

}  // namespace dering::call
