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
#include "call/turn.h"

namespace dering::call {

/// All calls, and the way from what comes in to the leg that waits for it. Every input carries a
/// Turn made with index(). Signalling thread.
class CallEngine {
 public:
  Index& index() { return index_; }

  void start(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn);
  /// A call that ends before it begins: final response and call record.
  void refuse(IncomingCall incoming, Outcome outcome, Turn& turn);

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
  void on_flow_closed(const sip::Flow& flow, Turn& turn);
  /// A phone of this user came back on another connection (RFC 5626).
  void on_flow_moved(std::string_view extension, const sip::Flow& from, const sip::Flow& to,
                     Turn& turn);

  /// A phone of this user registered anew. A binding is forgotten sooner than a call: a phone that
  /// comes back late is known by its instance.
  void on_contact(std::string_view extension, const Contact& contact, Turn& turn);

  // -- from the media engine
  void on_engine_event(const media::v1::Event& event, Turn& turn);
  void on_engine_lost(Turn& turn);

  void on_time(Turn& turn);
  std::optional<Instant> next_deadline() const { return timers_.next(); }
  void end_all(Outcome outcome, Turn& turn);
  /// Ends each call in which the phone on this connection talks.
  void end_talking_on(const sip::Flow& flow, Outcome outcome, Turn& turn);

  std::size_t call_count() const { return calls_.size(); }
  std::size_t leg_count() const;
  void list(TableSizes& out) const;
  /// Calls that this user has chosen to have: placed, or answered, and not ended.
  std::size_t own_calls_of(std::string_view extension) const;
  /// Calls of others that this user has not answered yet.
  std::size_t waiting_calls_of(std::string_view extension) const;
  /// Calls from the one to the other that are not answered.
  std::size_t ringing_calls(std::string_view caller, std::string_view callee) const;
  /// True if the phone on this connection talks, or is being told that a call ends.
  bool is_talking_on(const sip::Flow& flow) const;
  /// True if a phone on this flow rings, talks or is told that a call ends.
  bool is_on(const sip::Flow& flow) const { return index_.flows.contains(flow); }
  /// True if a phone of this user rings or talks.
  bool is_in_call(std::string_view extension) const;

 private:
  /// A call, the users it counts for, and the deadline that stands in the timer queue.
  struct Entry {
    std::unique_ptr<Call> call;
    std::string callee;
    std::optional<Instant> scheduled;
  };

  Call& add(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn);
  Call* find(CallId id);
  template <class IsCounted>
  std::size_t count_calls(std::string_view extension, IsCounted is_counted) const;
  /// After each input: forgets the call when it is over, else keeps its timer.
  void settle(CallId id);
  void forget(CallId id);
  void on_ready(const media::v1::Ready& ready, Turn& turn);
  std::vector<CallId> ids() const;

  Index index_;
  std::unordered_map<CallId, Entry> calls_;
  std::unordered_map<std::string, std::vector<CallId>> by_user_;
  TimerQueue<CallId> timers_;
};

}  // namespace dering::call
