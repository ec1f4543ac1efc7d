// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "call/absence.h"
#include "call/approach.h"
#include "call/leg_quality.h"
#include "call/media_end.h"
#include "call/outcome.h"
#include "call/own_codecs.h"
#include "call/party.h"
#include "call/passed_offer.h"
#include "call/turn.h"
#include "call/user_index.h"
#include "ua/client_invitation.h"
#include "ua/invite_usage.h"
#include "ua/peer.h"
#include "ua/referral.h"
#include "ua/replacement.h"
#include "ua/server_invitation.h"

namespace dering::call {

/// One party's side of a conversation: a phone, the INVITE that brought it, its dialog and its
/// sound. It has an identity of its own and keeps it when it goes from one call to another. Every
/// leg ends by itself in bounded time once end() was said. Signalling thread.
class Leg {
 public:
  /// Whether it called us or was called by us.
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
  Leg(LegId id, CallId call, Party party, std::string instance, sip::RequestArrived invite,
      Turn& turn);
  /// Will be called by us, as the caller's invitation says.
  Leg(LegId id, CallId call, Party party, const Contact& contact, const Party& caller, Turn& turn);

  LegId id() const { return id_; }
  CallId call() const { return call_; }
  Role role() const { return role_; }
  State state() const;
  const Party& party() const { return party_; }
  /// Its peer is a trunk, not a phone of this house.
  bool is_outside() const { return !party_.trunk.empty(); }
  /// Anything was heard of a peer that is called, be it 100.
  bool is_heard(const sip::Endpoint& endpoint) const {
    return state() != State::inviting || !sent() || endpoint.is_heard(sent()->transaction());
  }
  const sip::Flow& flow() const { return peer_.flow(); }
  const std::string& instance() const { return peer_.instance(); }
  /// True if the phone's connection is gone, and it has not come back.
  bool is_lost() const { return peer_.lost_at().has_value(); }
  /// True if the phone lost its connection and this is the same phone on another one.
  bool waits_for(const Contact& contact) const;
  bool is_in_dialog(const sip::Message& request);
  bool may_answer() const { return state() == State::inviting || state() == State::ringing; }
  /// Rings or talks, as others see it.
  bool is_in_call() const;
  /// True once it was answered, until it is forgotten.
  bool has_talked() const { return usage_.has_value(); }
  /// Why a called phone did not answer.
  Outcome failure() const { return failure_; }
  const ua::ClientInvitation::Failure& refusal() const;

  /// Who hears it and is heard by it; zero: nobody.
  LegId partner{};
  /// Its side at the media engine; nothing before it has one, and where nobody is there to hear it.
  std::optional<MediaEnd> media;
  /// What its phone is offered and may choose from, best first, where that was set for this phone
  /// alone; empty: what its kind has.
  OwnCodecs codecs;
  /// An offer of its phone that its partner's answers.
  PassedOffer passed_offer;
  /// How its sound got through, as far as the engine could tell.
  LegQuality quality;
  /// Whether its phone is there, and what it was told of the other one.
  Absence absence;

  // -- verbs while the call is set up
  /// How the call comes to its phone, before invite().
  void tell_approach(const Approach& approach, const Turn& turn);
  void invite(std::string_view dialled, std::string sdp, Turn& turn);
  void ring(Turn& turn);
  /// 183 with this description, for sound before the answer.
  void progress(std::string_view sdp, Turn& turn);
  /// What a called phone said of its sound before it answered; given once.
  std::string take_early() { return sent() ? sent()->take_early() : std::string(); }
  /// What its page is told of how the sound goes, from the next message on
  /// (docs/protocols/media.md).
  void tell_media(std::string_view how);
  /// 200 with this description.
  void accept(std::string_view sdp, Turn& turn);
  /// The description in the 2xx of a called phone; given once.
  std::string take_answer();

  // -- verbs inside the dialog
  ua::InviteUsage& usage() { return *usage_; }
  const ua::InviteUsage& usage() const { return *usage_; }
  /// `warning`: why, for a person who sets up phones (RFC 3261 §20.43); empty: none.
  void respond(const sip::RequestArrived& request, int status, Turn& turn,
               std::string_view warning = {});
  void respond_with_answer(const sip::RequestArrived& request, std::string_view sdp, Turn& turn);
  void respond_to_refresh(const sip::RequestArrived& request, Turn& turn);
  /// The answer to what its phone offered when it was asked; see ua::SessionDoubt.
  void answer_in_ack(std::string_view sdp, Turn& turn);
  /// Passes a request of its partner on; see ua::PassedOn.
  void pass_on(sip::RequestArrived request, Turn& turn);
  /// An offer of ours. False while another one is under way, or its phone cannot be reached.
  bool may_offer() const { return usage_ && !replacement_ && usage_->may_offer(peer_); }
  void offer(std::string_view sdp, Turn& turn);
  /// What became of a request that was passed on, or of an offer of ours; given once.
  std::optional<ua::PassedOn> take_passed_on();

  // -- another dialog in the place of the one it has; see ua::Replacement
  bool may_be_replaced() const { return usage_ && usage_->may_be_replaced(); }
  /// False while anything is under way in the one it has.
  bool may_replace_dialog() const;
  void replace_dialog(std::string sdp, Turn& turn);
  bool is_replacing_dialog() const { return replacement_.has_value(); }

  // -- who it talks with
  /// Its phone is told so with the next message that may say it; while it talks, by one of its own
  /// (RFC 4916, with the header field of RFC 3325).
  void introduce(const Party& other, Turn& turn);
  /// After each input: tells what could not be told yet.
  void settle_introduction(Turn& turn);

  // -- a transfer that its person asked for
  /// The REFER that waits for an answer; null when none does.
  const sip::Message* asked_transfer() const;
  void accept_transfer(Turn& turn);
  /// Nobody here transfers calls: the REFER gets this status, if it still waits.
  void refuse_transfer(int status, Turn& turn);
  /// The same with the outcome's status, and its word in Reason.
  void refuse_transfer(Outcome outcome, Turn& turn);
  /// What goes on with it, as the status of a call; the last one is a final status, in whose place
  /// its phone may show `words`.
  void tell_transfer(int status, Turn& turn, std::string_view words = {});
  /// False once its person has hung up.
  bool is_talking() const { return state() == State::talking; }
  /// Its dialog, or the early one of the fork that rang first; nothing before there is one.
  std::optional<sip::DialogId> dialog_id() const;
  /// True if these name its dialog, either tag being ours (docs/jssip.md, S27).
  bool is_dialog(std::string_view call_id, std::string_view one_tag,
                 std::string_view other_tag) const;
  /// How often it went from one call to another.
  unsigned moves() const { return moves_; }

  /// Ends the leg in the way its state asks for: final response, CANCEL or BYE.
  void end(Outcome outcome, Turn& turn);
  /// The same with these words.
  void end_because(const ua::Words& why, Outcome outcome, Turn& turn);
  /// CallEngine::move() alone can make one, so that no leg changes its call by another way.
  class Moving {
    friend class CallEngine;
    Moving() = default;
  };
  /// From one call to another; Call and its stays know.
  void move_to(CallId call, Moving) {
    call_ = call;
    ++moves_;
  }

  // -- inputs; what the feature must know of is told in turn.events
  /// Judges CSeq and takes over a new remote target. False: the request is already answered.
  bool admit(const sip::RequestArrived& request, Turn& turn);
  void on_bye(const sip::RequestArrived& request, Turn& turn);
  /// Of a caller that wants to acknowledge what it is told (RFC 3262); `answer`: to the offer in
  /// it, if it may bring one.
  bool may_offer_in(const sip::RequestArrived& prack) const;
  void on_prack(const sip::RequestArrived& prack, const ua::PrackAnswer& answer, Turn& turn);
  /// Of its INVITE, which waits for an answer.
  void on_cancel(Turn& turn) { tell(LegEvent::What::hung_up, turn); }
  /// A REFER: the feature is asked, and says accept_transfer() or nothing.
  void on_refer(sip::RequestArrived request, Turn& turn);
  void on_ack(Turn& turn);
  void on_response(const sip::ResponseArrived& response, Turn& turn);
  void on_request_failed(const sip::RequestFailed& failure, Turn& turn);
  void on_flow_closed(sip::FlowEnd how, Turn& turn);
  /// The same phone speaks from another connection.
  void on_flow_moved(const sip::Flow& flow, Turn& turn);
  void on_heard_from(const sip::Flow& flow, Turn& turn);
  /// The phone was switched on anew: does it know the call?
  void ask(Turn& turn);
  /// Nothing can be heard of the phone.
  void on_dead(Turn& turn);
  void on_sound() { absence.on_sound(); }
  void on_silence(std::uint32_t seconds, Turn& turn);
  /// The media engine has no port for it.
  void on_port_refused(Turn& turn);
  void on_time(Turn& turn);
  std::optional<Instant> next_deadline() const;

 private:
  /// What became of our INVITE.
  struct Answer {
    ua::ClientInvitation::Event event;
    bool is_wanted;                ///< nobody has cancelled
    const sip::Message* response;  ///< null: none will come
  };

  void on_invitation(const Answer& answer, Turn& turn);
  Outcome failure_by_response() const;
  Outcome failure_by_silence() const;
  void start_usage(const sip::Message& message, Turn& turn);
  void on_usage(ua::InviteUsage::Event event, Turn& turn);
  /// `status`: of our INVITE; nothing while it waits.
  void on_replacing(std::optional<int> status, const sip::Message* response, Turn& turn);
  void hang_up(std::string_view reason, Turn& turn);
  /// Its phone said something in the dialog, on the connection that we know.
  void on_heard();
  /// A page may come back in another dialog, and has time for that.
  bool is_page() const { return profile_of(flow()) == MediaProfile::webrtc; }
  /// True if it was one of those about a transfer.
  bool is_notify_over(const sip::RequestFailed& failure, Turn& turn);
  bool tells_of_transfer() const { return referral_ && referral_->is_telling(); }
  void tell(LegEvent::What what, Turn& turn);
  /// After each input: where the leg stands in the index of users, and who must be told.
  void settle(Turn& turn);
  Standing standing() const;
  ua::ServerInvitation* received() { return std::get_if<ua::ServerInvitation>(&invitation_); }
  ua::ClientInvitation* sent() { return std::get_if<ua::ClientInvitation>(&invitation_); }
  const ua::ClientInvitation* sent() const {
    return std::get_if<ua::ClientInvitation>(&invitation_);
  }

  LegId id_;
  CallId call_;
  Role role_;
  Party party_;
  ua::Peer peer_;
  std::variant<ua::ServerInvitation, ua::ClientInvitation> invitation_;
  std::optional<ua::InviteUsage> usage_;
  std::optional<ua::Referral> referral_;
  std::optional<ua::Replacement> replacement_;
  std::optional<ua::PassedOn> replaced_;  ///< what became of the last one
  UserIndex::LegEntry at_user_;
  State shown_ = State::ended;  ///< when it was last said that others may see a change
  Outcome failure_ = Outcome::failed;
  unsigned moves_ = 0;
  std::string knows_;  ///< extension of who it was told to talk with last
  bool owes_introduction_ = false;
};

/// True if a phone with this instance is the one of that leg: the same page after it was loaded
/// anew, or another tab of that browser.
inline bool is_same_phone(std::string_view instance, const Leg& leg) {
  return !instance.empty() && instance == leg.instance();
}

}  // namespace dering::call
