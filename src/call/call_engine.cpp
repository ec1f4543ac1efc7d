// SPDX-License-Identifier: Apache-2.0
#include "call/call_engine.h"

#include <algorithm>

#include "sip/message/writer.h"

namespace dering::call {
namespace {

template <class Map, class Key>
std::optional<LegRef> leg_for(const Map& map, const Key& key) {
  const auto at = map.find(key);
  if (at == map.end()) return std::nullopt;
  return at->second;
}

/// The dialog that a request of a peer names: our tag is in To.
sip::DialogId dialog_of(const sip::Message& request) {
  return {std::string(request.call_id()), std::string(request.to().tag()),
          std::string(request.from().tag())};
}

}  // namespace

void CallEngine::start(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn) {
  Call& call = add(std::move(incoming), std::move(feature), turn);
  call.start(turn);
  settle(call.id());
}

void CallEngine::refuse(IncomingCall incoming, Outcome outcome, Turn& turn) {
  Call& call = add(std::move(incoming), nullptr, turn);
  call.end(outcome, turn);
  settle(call.id());
}

Call& CallEngine::add(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn) {
  const CallId id{turn.random.number() | 1};
  Entry entry;
  entry.callee = incoming.dialled;
  by_user_[incoming.caller.extension].push_back(id);
  if (feature) by_user_[entry.callee].push_back(id);
  entry.call = std::make_unique<Call>(id, std::move(incoming), std::move(feature), turn);
  return *calls_.emplace(id, std::move(entry)).first->second.call;
}

void CallEngine::on_request(sip::RequestArrived request, Turn& turn) {
  const auto ref = leg_for(index_.dialogs, dialog_of(request.message));
  if (!ref) {
    auto writer = sip::MessageWriter::response_to(request.message, request.flow.remote, 481,
                                                  sip::reason_phrase(481), {});
    turn.endpoint.respond(request.transaction, 481, writer.finish(), turn.now, turn.sip);
    return;
  }
  find(ref->call)->on_request(ref->leg, std::move(request), turn);
  settle(ref->call);
}

void CallEngine::on_ack(const sip::AckArrived& ack, Turn& turn) {
  const auto ref = leg_for(index_.dialogs, dialog_of(ack.message));
  if (!ref) return;
  find(ref->call)->on_ack(ref->leg, ack, turn);
  settle(ref->call);
}

const Leg* CallEngine::leg_of(const sip::Message& request) const {
  const auto ref = leg_for(index_.dialogs, dialog_of(request));
  return ref ? &calls_.at(ref->call).call->leg_at(ref->leg) : nullptr;
}

void CallEngine::move_dialog(const sip::Message& request, const sip::Flow& flow, Turn& turn) {
  const auto ref = leg_for(index_.dialogs, dialog_of(request));
  if (ref) find(ref->call)->on_heard_from(ref->leg, flow, turn);
}

void CallEngine::on_cancel(const sip::CancelArrived& cancel, Turn& turn) {
  const auto ref = leg_for(index_.invites, cancel.transaction);
  if (!ref) return;
  find(ref->call)->on_cancel(turn);
  settle(ref->call);
}

void CallEngine::on_ack_missing(const sip::AckMissing& missing, Turn& turn) {
  const auto ref = leg_for(index_.invites, missing.transaction);
  if (!ref) return;
  find(ref->call)->on_ack_missing(ref->leg, turn);
  settle(ref->call);
}

void CallEngine::on_response(const sip::ResponseArrived& response, Turn& turn) {
  const auto ref = leg_for(index_.requests, response.transaction);
  if (!ref) return dismiss_stray_answer(response, turn);
  find(ref->call)->on_response(ref->leg, response, turn);
  settle(ref->call);
}

void CallEngine::on_request_failed(const sip::RequestFailed& failure, Turn& turn) {
  const auto ref = leg_for(index_.requests, failure.transaction);
  if (!ref) return;
  find(ref->call)->on_request_failed(ref->leg, failure, turn);
  settle(ref->call);
}

void CallEngine::on_flow_closed(const sip::Flow& flow, Turn& turn) {
  const auto at = index_.flows.find(flow);
  if (at == index_.flows.end()) return;
  const std::vector<LegRef> legs = at->second;
  for (const LegRef& ref : legs) {
    Call* call = find(ref.call);
    if (!call) continue;  // ended with an earlier leg of the same connection
    call->on_flow_closed(ref.leg, turn);
    settle(ref.call);
  }
}

void CallEngine::on_flow_moved(std::string_view extension, const sip::Flow& from,
                               const sip::Flow& to, Turn& turn) {
  const auto at = index_.flows.find(from);
  if (at == index_.flows.end() || from == to) return;
  const std::vector<LegRef> legs = at->second;
  for (const LegRef& ref : legs) {
    Call* call = find(ref.call);
    if (!call) continue;
    call->on_flow_moved(ref.leg, extension, to, turn);
    settle(ref.call);
  }
}

void CallEngine::on_contact(std::string_view extension, const Contact& contact, Turn& turn) {
  const auto at = by_user_.find(std::string(extension));
  if (at == by_user_.end()) return;
  const std::vector<CallId> ids = at->second;
  for (const CallId id : ids) {
    Call* call = find(id);
    if (!call) continue;
    call->on_contact(extension, contact, turn);
    settle(id);
  }
}

void CallEngine::on_engine_event(const media::v1::Event& event, Turn& turn) {
  using media::v1::Event;
  const auto for_port = [&](std::uint64_t port, auto act) {
    const auto ref = leg_for(index_.ports, PortId{port});
    if (!ref) return;
    act(*find(ref->call), ref->leg);
    settle(ref->call);
  };
  switch (event.what_case()) {
    case Event::kReady:
      return on_ready(event.ready(), turn);
    case Event::kRefused: {
      const auto at = index_.bridges.find(BridgeId{event.refused().command_id()});
      if (at == index_.bridges.end()) return;
      const CallId id = at->second;
      find(id)->on_media_lost(turn);
      return settle(id);
    }
    case Event::kPortConnected:
      return for_port(event.port_connected().port(),
                      [](Call& call, LegId leg) { call.on_port_connected(leg); });
    case Event::kPortSilent:
      return for_port(event.port_silent().port(), [&](Call& call, LegId leg) {
        call.on_port_silent(leg, event.port_silent().seconds(), turn);
      });
    case Event::kPortSecured:
      if (event.port_secured().failure().empty()) return;
      return for_port(event.port_secured().port(),
                      [&](Call& call, LegId) { call.on_media_lost(turn); });
    case Event::kPortClosed:
    case Event::WHAT_NOT_SET:
      return;
  }
}

void CallEngine::on_ready(const media::v1::Ready& ready, Turn& turn) {
  turn.media.on_ready(ready);
  // Bridges from before our own start: nobody is left who could hang up.
  for (const std::uint64_t bridge : ready.bridges()) {
    if (!index_.bridges.contains(BridgeId{bridge})) {
      Media::close_bridge(BridgeId{bridge}, turn.out.commands);
    }
  }
}

void CallEngine::on_engine_lost(Turn& turn) {
  turn.media.on_lost();
  for (const CallId id : ids()) {
    Call& call = *find(id);
    if (!call.uses_engine()) continue;
    call.on_media_lost(turn);
    settle(id);
  }
}

void CallEngine::on_time(Turn& turn) {
  // Taken out first: a deadline that a call leaves in the past waits for the next turn.
  std::vector<CallId> due;
  while (const auto id = timers_.take_due(turn.now)) due.push_back(*id);
  for (const CallId id : due) {
    const auto at = calls_.find(id);
    if (at == calls_.end()) continue;
    at->second.scheduled.reset();
    at->second.call->on_time(turn);
    settle(id);
  }
}

void CallEngine::end_all(Outcome outcome, Turn& turn) {
  for (const CallId id : ids()) {
    find(id)->end(outcome, turn);
    settle(id);
  }
}

void CallEngine::end_talking_on(const sip::Flow& flow, Outcome outcome, Turn& turn) {
  const auto at = index_.flows.find(flow);
  if (at == index_.flows.end()) return;
  const std::vector<LegRef> legs = at->second;
  for (const LegRef& ref : legs) {
    Call* call = find(ref.call);
    if (!call || !call->is_talking(ref.leg)) continue;
    call->end(outcome, turn);
    settle(ref.call);
  }
}

bool CallEngine::is_talking_on(const sip::Flow& flow) const {
  const auto at = index_.flows.find(flow);
  return at != index_.flows.end() && std::ranges::any_of(at->second, [&](const LegRef& ref) {
           return calls_.at(ref.call).call->is_talking(ref.leg);
         });
}

std::size_t CallEngine::leg_count() const {
  std::size_t count = 0;
  for (const auto& [id, entry] : calls_) count += entry.call->leg_count();
  return count;
}

void CallEngine::list(TableSizes& out) const {
  out.insert(out.end(), {{"calls", calls_.size()},
                         {"users with calls", by_user_.size()},
                         {"call timers", timers_.size()},
                         {"legs by request", index_.requests.size()},
                         {"legs by INVITE", index_.invites.size()},
                         {"legs by dialog", index_.dialogs.size()},
                         {"legs by flow", index_.flows.size()},
                         {"legs by port", index_.ports.size()},
                         {"calls by bridge", index_.bridges.size()}});
}

template <class IsCounted>
std::size_t CallEngine::count_calls(std::string_view extension, IsCounted is_counted) const {
  const auto at = by_user_.find(std::string(extension));
  if (at == by_user_.end()) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(at->second, [&](CallId id) { return is_counted(calls_.at(id)); }));
}

std::size_t CallEngine::own_calls_of(std::string_view extension) const {
  return count_calls(extension, [&](const Entry& entry) {
    const bool is_placed = entry.call->caller().extension == extension;
    switch (entry.call->state()) {
      case Call::State::setting_up:
        return is_placed;
      case Call::State::talking:
        return true;
      case Call::State::ending:
        return false;
    }
    return false;
  });
}

std::size_t CallEngine::waiting_calls_of(std::string_view extension) const {
  return count_calls(extension, [&](const Entry& entry) {
    return entry.call->state() == Call::State::setting_up && entry.callee == extension;
  });
}

std::size_t CallEngine::ringing_calls(std::string_view caller, std::string_view callee) const {
  return count_calls(caller, [&](const Entry& entry) {
    return entry.call->state() == Call::State::setting_up && entry.callee == callee &&
           entry.call->caller().extension == caller;
  });
}

bool CallEngine::is_in_call(std::string_view extension) const {
  const auto at = by_user_.find(std::string(extension));
  if (at == by_user_.end()) return false;
  return std::ranges::any_of(at->second,
                             [&](CallId id) { return calls_.at(id).call->occupies(extension); });
}

Call* CallEngine::find(CallId id) {
  const auto at = calls_.find(id);
  return at == calls_.end() ? nullptr : at->second.call.get();
}

void CallEngine::settle(CallId id) {
  const auto at = calls_.find(id);
  if (at == calls_.end()) return;
  Entry& entry = at->second;
  if (entry.call->is_over()) return forget(id);
  const auto deadline = entry.call->next_deadline();
  if (!deadline || (entry.scheduled && *entry.scheduled <= *deadline)) return;
  entry.scheduled = deadline;
  timers_.add(*deadline, id);
}

void CallEngine::forget(CallId id) {
  const auto at = calls_.find(id);
  const Entry& entry = at->second;
  entry.call->leave(index_);
  for (const std::string& user : {entry.call->caller().extension, entry.callee}) {
    const auto calls = by_user_.find(user);
    if (calls == by_user_.end()) continue;
    std::erase(calls->second, id);
    if (calls->second.empty()) by_user_.erase(calls);
  }
  calls_.erase(at);
}

std::vector<CallId> CallEngine::ids() const {
  std::vector<CallId> ids;
  ids.reserve(calls_.size());
  for (const auto& [id, entry] : calls_) ids.push_back(id);
  return ids;
}

}  // namespace dering::call
