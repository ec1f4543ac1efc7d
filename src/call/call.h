// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/feature.h"
#include "call/leg.h"
#include "call/media_path.h"
#include "call/outcome.h"
#include "call/turn.h"

namespace dering::call {

/// An INVITE that asks for a new call, from a user whom we know.
struct IncomingCall {
  sip::RequestArrived invite;
  Party caller;
  std::string instance;  ///< of the caller's phone; may be empty
  std::string dialled;   ///< the user part of the Request-URI, unescaped
};

/// One conversation and the attempt to have it: the caller's leg, the legs of all phones that were
/// rung for it, and the way their sound takes. Its feature decides, the call carries out. Leaves
/// exactly one call record. Signalling thread.
class Call {
 public:
  enum class State : std::uint8_t {
    setting_up,
    talking,
    ending,  ///< the outcome is known and recorded; legs still say goodbye
  };

  Call(CallId id, IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn);

  CallId id() const { return id_; }
  State state() const { return state_; }
  const Party& caller() const { return caller_.party(); }
  const std::string& dialled() const { return dialled_; }
  MediaProfile caller_profile() const { return profile_of(caller_.flow()); }
  std::size_t leg_count() const;
  /// True if this leg talks, or is being told that the call ends.
  bool is_talking(LegId leg) const;
  /// True if a phone of this user rings or talks in this call.
  bool occupies(std::string_view extension) const;
  const Leg& leg_at(LegId id) const;

  // -- verbs for features
  /// Before the first ring(). False: the sound cannot be carried, and the call has ended so.
  bool open_media(Turn& turn);
  void ring(const Party& callee, const Contact& contact, Turn& turn);
  void tell_ringing(Turn& turn) { caller_.ring(turn); }
  /// This phone answered; all others stop ringing.
  void connect(Leg& winner, Turn& turn);
  /// The caller hears himself.
  void connect_to_echo(Turn& turn);
  void end(Outcome outcome, Turn& turn);
  /// True while a phone may still answer.
  bool may_be_answered() const;

  // -- inputs, for the leg they concern
  void start(Turn& turn);
  void on_request(LegId leg, sip::RequestArrived request, Turn& turn);
  void on_ack(LegId leg, const sip::AckArrived& ack, Turn& turn);
  void on_cancel(Turn& turn) { end(Outcome::cancelled, turn); }
  void on_ack_missing(LegId leg, Turn& turn);
  void on_response(LegId leg, const sip::ResponseArrived& response, Turn& turn);
  void on_request_failed(LegId leg, const sip::RequestFailed& failure, Turn& turn);
  void on_flow_closed(LegId leg, Turn& turn);
  /// Its phone speaks from another flow, and has proven that it is the same user's.
  void on_heard_from(LegId leg, const sip::Flow& flow, Turn& turn);
  void on_flow_moved(LegId leg, std::string_view extension, const sip::Flow& flow, Turn& turn);
  /// A phone of this user registered anew: one that was lost may be back, or ring as well.
  void on_contact(std::string_view extension, const Contact& contact, Turn& turn);
  void on_port_connected(LegId leg);
  void on_port_silent(LegId leg, std::uint32_t seconds, Turn& turn);
  /// The engine is gone, or refuses what this call needs.
  void on_media_lost(Turn& turn);
  bool uses_engine() const { return path_.uses_engine(); }

  void on_time(Turn& turn);
  std::optional<Instant> next_deadline() const;

  /// All legs have ended: the call can be forgotten.
  bool is_over() const;
  void leave(Index& index) const;

 private:
  void on_signal(Leg& leg, Signal signal, Turn& turn);
  void on_offer(Leg& leg, sip::RequestArrived request, Turn& turn);
  void on_info(Leg& leg, sip::RequestArrived request, Turn& turn);
  void pass_on_forwarded(Leg& from, Turn& turn);
  void stop_others(const Leg& winner, Turn& turn);
  void record(Outcome outcome, Turn& turn) const;
  Leg& leg(LegId id);
  Leg* peer_of(const Leg& leg);
  template <class Visit>
  void for_each_leg(Visit visit) {
    visit(caller_);
    for (const auto& callee : callees_) visit(*callee);
  }

  CallId id_;
  State state_ = State::setting_up;
  std::string dialled_;
  std::string offer_;  ///< the caller's; empty for a late offer
  std::unique_ptr<Feature> feature_;
  Leg caller_;
  std::vector<std::unique_ptr<Leg>> callees_;
  LegId winner_;
  MediaPath path_;
  std::uint64_t last_leg_ = 1;
  UnixSeconds started_at_;
  std::optional<Instant> answered_at_;
};

/// "00c0ffee…": how a call is named in logs and call records.
std::string name_of(CallId id);

}  // namespace dering::call
