// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/table_size.h"
#include "base/timer_queue.h"
#include "call/call.h"
#include "call/feature.h"
#include "call/leg_table.h"
#include "call/shown_dialog.h"
#include "call/turn.h"
#include "sip/message/transfer_fields.h"

namespace dering::call {

/// All calls and all legs, and the way from what comes in to the leg that waits for it. Every input
/// carries a Turn made with legs() and events(); when it has been digested, the features are told
/// of it. Signalling thread.
class CallEngine {
 public:
  /// `node`: 24 bits that no other start of a switchboard has; they stand above the counter in each
  /// id of a call or leg.
  explicit CallEngine(std::uint32_t node);

  LegTable& legs() { return legs_; }
  LegEvents& events() { return events_; }

  void start(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn);
  /// A call that ends before it begins: final response and call record.
  void refuse(IncomingCall incoming, Outcome outcome, Turn& turn);
  /// A phone comes into a call that is there, in the place of a leg that rings (pickup) or talks
  /// (RFC 3891). Refused with the outcome if it cannot; the call goes on then.
  void take_place(IncomingCall incoming, LegId place, Turn& turn);
  /// A phone comes into a call in which this leg waits alone, and talks with it. Refused likewise.
  void take_parked(IncomingCall incoming, LegId parked, Turn& turn);

  // -- for the Scene of a feature
  /// The only way in which a leg changes its call. False: its sound cannot go along.
  bool move(LegId leg, CallId to, const Passage& passage, Turn& turn);
  /// A call that somebody is sent to.
  struct NewCall {
    std::string dialled;  ///< as one who dialled this
    std::unique_ptr<Feature> feature;
    std::string_view why = "transferred";  ///< of its stay there
    std::string sent_to = {};              ///< as others read where it went; empty: `dialled`
  };
  bool move_to_new_call(LegId leg, NewCall to, Turn& turn);
  /// `by` takes the place of `gone` beside whom that talks with; `gone` is let go. False: it
  /// cannot.
  bool replace(LegId gone, LegId by, Turn& turn);
  /// What the call of this leg was for; empty if there is none.
  std::string dialled_by(LegId leg) const;
  void end_call_of(LegId leg, Outcome outcome, Turn& turn);
  LegId new_leg_id() { return LegId{new_id()}; }

  // -- from the endpoint
  /// A request with a To tag; 481 if no leg knows it.
  void on_request(sip::RequestArrived request, Turn& turn);
  void on_ack(const sip::AckArrived& ack, Turn& turn);
  /// The leg whose dialog a request or an ACK names; null if there is none.
  const Leg* leg_of(const sip::Message& request) const;
  /// The phone of that dialog was proven to speak from this flow now: it is spoken to there.
  void move_dialog(const sip::Message& request, const sip::Flow& flow, Turn& turn);
  void on_cancel(const sip::CancelArrived& cancel, Turn& turn);
  void on_ack_missing(const sip::AckMissing& missing, Turn& turn);
  void on_response(const sip::ResponseArrived& response, Turn& turn);
  void on_request_failed(const sip::RequestFailed& failure, Turn& turn);

  // -- from the edge and the registrar
  void on_flow_closed(const sip::FlowClosed& end, Turn& turn);
  /// A phone of this user came back on another connection (RFC 5626).
  void on_flow_moved(std::string_view extension, const sip::Flow& from, const sip::Flow& to,
                     Turn& turn);
  /// A phone of this user registered anew. A binding is forgotten sooner than a call: a phone that
  /// comes back late is known by its instance.
  void on_contact(std::string_view extension, const Contact& contact, Turn& turn);
  /// The phone there does not answer any more: what it talks in is lost.
  void on_phone_silent(const sip::Flow& flow, Turn& turn);
  /// The phone there was switched on anew: it is asked whether it knows the calls it had.
  void on_phone_restarted(std::string_view extension, const sip::Flow& flow, Turn& turn);

  // -- from the media engine
  void on_engine_event(const media::v2::Event& event, Turn& turn);
  void on_engine_lost(Turn& turn);

  void on_time(Turn& turn);
  std::optional<Instant> next_deadline() const { return timers_.next(); }
  void end_all(Outcome outcome, Turn& turn);
  /// Ends each call in which the phone on this connection talks.
  void end_talking_on(const sip::Flow& flow, Outcome outcome, Turn& turn);

  // -- what is asked
  /// The leg whose dialog an INVITE with Replaces or a REFER names; null if there is none.
  const Leg* leg_named(const sip::Replaces& dialog) const;
  std::vector<std::string> awaited_people() const { return legs_.users.awaited(); }
  /// The leg that rings there for longest; zero: none does.
  LegId ringing_at(std::string_view extension) const;
  /// Who calls at that leg, or was sent on to it; null if nobody does.
  const Party* caller_at(LegId leg) const;
  std::size_t call_count() const { return calls_.size(); }
  std::size_t leg_count() const { return legs_.size(); }
  void list(TableSizes& out) const;
  /// Of all calls, as in their records.
  std::vector<std::string> names() const;
  /// Calls that this user has chosen to have: placed, or answered, and not ended.
  std::size_t own_calls_of(std::string_view extension) const;
  /// Calls of others that this user has not answered yet.
  std::size_t waiting_calls_of(std::string_view extension) const;
  /// Calls from the one to the other that are not answered.
  std::size_t ringing_calls(std::string_view caller, std::string_view callee) const;
  /// True if the phone on this connection talks, or is being told that a call ends.
  bool is_talking_on(const sip::Flow& flow) const;
  /// True if a phone on this flow rings, talks or is told that a call ends.
  bool is_on(const sip::Flow& flow) const { return !legs_.sip.flows.find(flow).empty(); }
  /// The connections of this user's phone of that instance, as far as they are not known to be
  /// gone.
  std::vector<sip::Flow> flows_of(std::string_view extension, std::string_view instance) const;
  /// True if a phone of this user rings or talks.
  bool is_in_call(std::string_view extension) const { return legs_.users.is_in_call(extension); }
  /// What the phones of this user are doing: the last so many of them.
  std::vector<ShownDialog> dialogs_of(std::string_view extension, std::size_t most) const;

 private:
  /// A call and the deadline that stands in the timer queue.
  struct Entry {
    std::unique_ptr<Call> call;
    std::optional<Instant> scheduled;
  };

  std::uint64_t new_id() { return (std::uint64_t{node_} << 40U) | ++last_id_; }
  Call& add(std::string dialled, std::string offer, std::unique_ptr<Feature> feature);
  Call& add(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn);
  Leg& add_leg(IncomingCall& incoming, Call& call, std::string_view why, Turn& turn);
  Call* find(CallId id) const;
  Party other_than(const Leg& leg) const;
  template <class Act>
  void for_leg(LegId id, Turn& turn, Act act);
  template <class Act>
  void for_leg(Leg* leg, Turn& turn, Act act);
  template <class Act>
  void for_each(std::vector<LegId> legs, Turn& turn, Act act);
  std::vector<LegId> legs_on(const sip::Flow& flow) const;
  /// After each input: tells features what happened, and sweeps what is over.
  void settle(CallId id, Turn& turn);
  void sweep(CallId id, Turn& turn);
  static void on_action_ended(const media::v2::ActionEnded& ended);
  void on_refused(const media::v2::Refused& refused, Turn& turn);
  void on_ready(const media::v2::Ready& ready, Turn& turn);
  std::vector<CallId> ids() const;

  std::uint32_t node_;
  std::uint64_t last_id_ = 0;
  LegTable legs_;
  LegEvents events_;
  std::unordered_map<CallId, Entry> calls_;  ///< after the legs, whose indexes it has entries in
  TimerQueue<CallId> timers_;
};

}  // namespace dering::call
