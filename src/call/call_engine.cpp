// SPDX-License-Identifier: Apache-2.0
//
// How calls begin, change and end, and what can be asked of them.
#include "call/call_engine.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace dering::call {

CallEngine::CallEngine(std::uint32_t node) : node_(node) {
  DERING_CHECK(node < 1U << 24U);
}

// ---- How calls begin ----------------------------------------------------------------------------

void CallEngine::start(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn) {
  Call& call = add(std::move(incoming), std::move(feature), turn);
  const CallId id = call.id();
  call.start(turn);
  settle(id, turn);
}

void CallEngine::refuse(IncomingCall incoming, Outcome outcome, Turn& turn) {
  Call& call = add(std::move(incoming), nullptr, turn);
  const CallId id = call.id();
  call.end(outcome, turn);
  settle(id, turn);
}

void CallEngine::take_place(IncomingCall incoming, LegId place, Turn& turn) {
  Leg* taken = legs_.find(place);
  if (!taken) return refuse(std::move(incoming), Outcome::nothing_rings, turn);
  Call& call = *find(taken->call());
  const std::string offer(incoming.invite.message.body());
  std::string_view why = "picked_up";
  if (!taken->may_answer()) {
    why = is_same_phone(incoming.instance, *taken) ? word_of(Outcome::went_on) : "took_over";
  }
  Leg& leg = add_leg(incoming, call, why, turn);
  const auto refusal = call.take_in({leg, offer}, *taken, turn);
  if (refusal) call.drop(leg, *refusal, turn);
  settle(call.id(), turn);
}

void CallEngine::take_parked(IncomingCall incoming, LegId parked, Turn& turn) {
  Leg* waiting = legs_.find(parked);
  if (!waiting) return refuse(std::move(incoming), Outcome::nothing_parked, turn);
  Call& call = *find(waiting->call());
  const std::string offer(incoming.invite.message.body());
  Leg& leg = add_leg(incoming, call, "retrieved", turn);
  const auto refusal = call.take_in_beside({leg, offer}, *waiting, turn);
  if (refusal) call.drop(leg, *refusal, turn);
  settle(call.id(), turn);
}

Call& CallEngine::add(std::string dialled, std::string offer, std::unique_ptr<Feature> feature) {
  const CallId id{new_id()};
  Entry entry;
  entry.call = std::make_unique<Call>(id, std::move(dialled), std::move(offer), std::move(feature));
  return *calls_.emplace(id, std::move(entry)).first->second.call;
}

Call& CallEngine::add(IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn) {
  Call& call = add(std::move(incoming.dialled), std::string(incoming.invite.message.body()),
                   std::move(feature));
  add_leg(incoming, call, "placed", turn);
  return call;
}

Leg& CallEngine::add_leg(IncomingCall& incoming, Call& call, std::string_view why, Turn& turn) {
  Leg& leg = legs_.add(new_leg_id(), call.id(), std::move(incoming.caller),
                       std::move(incoming.instance), std::move(incoming.invite), turn);
  leg.codecs = std::move(incoming.codecs);
  call.join(leg, {why}, turn);
  return leg;
}

// ---- How legs change their call -----------------------------------------------------------------

bool CallEngine::move(LegId id, CallId to, const Passage& passage, Turn& turn) {
  Leg* leg = legs_.find(id);
  Call* target = find(to);
  if (!leg || !target || leg->call() == to || target->state() != Call::State::open) return false;
  Call& source = *find(leg->call());
  if (!source.let_go(*leg, *target, passage, turn)) return false;
  events_.push_back({source.id(), id, LegEvent::What::left});
  leg->move_to(to, {});
  target->join(*leg, passage, turn);
  events_.push_back({to, id, LegEvent::What::joined});
  return true;
}

bool CallEngine::move_to_new_call(LegId id, NewCall to, Turn& turn) {
  const Leg* leg = legs_.find(id);
  const Leg* sender = leg ? legs_.find(leg->partner) : nullptr;
  const Call& call = add(std::move(to.dialled), {}, std::move(to.feature));
  Passage passage{to.why, {}, to.sent_to.empty() ? call.dialled() : to.sent_to};
  if (sender) passage.by = shown_number_of(sender->party());
  if (move(id, call.id(), passage, turn)) return true;
  calls_.erase(call.id());
  return false;
}

std::string CallEngine::dialled_by(LegId id) const {
  const Leg* leg = legs_.find(id);
  return leg ? find(leg->call())->dialled() : std::string();
}

void CallEngine::end_call_of(LegId id, Outcome outcome, Turn& turn) {
  const Leg* leg = legs_.find(id);
  if (!leg) return;
  const CallId call = leg->call();
  find(call)->end(outcome, turn);
  events_.push_back({call, id, LegEvent::What::left});  // so that it is swept
}

bool CallEngine::replace(LegId gone, LegId by, Turn& turn) {
  Leg* leg = legs_.find(gone);
  Leg* partner = leg ? legs_.find(leg->partner) : nullptr;
  const bool is_talk =
      partner && leg->state() == Leg::State::talking && partner->state() == Leg::State::talking;
  if (!is_talk) return false;
  const Passage passage{"transferred", shown_number_of(leg->party()),
                        shown_number_of(partner->party())};
  if (!move(by, leg->call(), passage, turn)) return false;
  Call& call = *find(leg->call());
  call.pair(*legs_.find(by), *partner, turn);
  call.drop(*leg, Outcome::transferred, turn);
  return true;
}

// ---- After each input ---------------------------------------------------------------------------

void CallEngine::settle(CallId id, Turn& turn) {
  // What is told may have consequences that are told in turn, and so may what is swept.
  do {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const LegEvent event = events_[i];
      Call* call = find(event.call);
      if (!call) continue;
      if (event.what == LegEvent::What::joined) call->start(turn);
      call->on(event, turn);
      if (event.call != id) sweep(event.call, turn);
    }
    events_.clear();
    sweep(id, turn);
  } while (!events_.empty());
}

void CallEngine::sweep(CallId id, Turn& turn) {
  const auto at = calls_.find(id);
  if (at == calls_.end()) return;
  Entry& entry = at->second;
  Call& call = *entry.call;
  call.settle_media(turn);
  call.sweep(turn);
  if (call.state() == Call::State::open && call.legs().empty()) {
    call.end(Outcome::transferred, turn);
  }
  if (call.is_over()) {
    calls_.erase(at);
    return;
  }
  const auto deadline = call.next_deadline(legs_);
  if (!deadline || (entry.scheduled && *entry.scheduled <= *deadline)) return;
  entry.scheduled = deadline;
  timers_.add(*deadline, id);
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
    settle(id, turn);
  }
}

void CallEngine::end_all(Outcome outcome, Turn& turn) {
  for (const CallId id : ids()) {
    if (Call* call = find(id)) call->end(outcome, turn);
    settle(id, turn);
  }
}

// ---- What is asked ------------------------------------------------------------------------------

bool CallEngine::is_talking_on(const sip::Flow& flow) const {
  return std::ranges::any_of(legs_.sip.flows.find(flow), [&](LegId id) {
    const Leg::State state = legs_.find(id)->state();
    return state == Leg::State::talking || state == Leg::State::ending;
  });
}

std::vector<sip::Flow> CallEngine::flows_of(std::string_view extension,
                                            std::string_view instance) const {
  std::vector<sip::Flow> flows;
  for (const LegId id : legs_.users.legs_of(extension)) {
    const Leg& leg = *legs_.find(id);
    if (leg.instance() != instance || leg.is_lost()) continue;
    if (std::ranges::find(flows, leg.flow()) == flows.end()) flows.push_back(leg.flow());
  }
  return flows;
}

void CallEngine::list(TableSizes& out) const {
  out.insert(out.end(), {{"calls", calls_.size()},
                         {"call timers", timers_.size()},
                         {"untold leg events", events_.size()}});
  legs_.list(out);
}

const Leg* CallEngine::leg_named(const sip::Replaces& dialog) const {
  auto& legs = const_cast<LegTable&>(legs_);
  const Leg* leg = legs.in_dialog(dialog.call_id, dialog.to_tag, dialog.from_tag);
  if (leg) return leg;
  // One that rings has no dialog yet that requests could come in; there are few of them.
  for (const std::string& extension : legs_.users.awaited()) {
    for (const LegId id : legs_.users.legs_of(extension)) {
      const Leg* rung = legs_.find(id);
      if (rung->is_dialog(dialog.call_id, dialog.to_tag, dialog.from_tag)) return rung;
    }
  }
  return nullptr;
}

LegId CallEngine::ringing_at(std::string_view extension) const {
  for (const LegId id : legs_.users.legs_of(extension)) {
    const Leg& leg = *legs_.find(id);
    if (leg.role() == Leg::Role::callee && leg.state() == Leg::State::ringing) return id;
  }
  return {};
}

std::size_t CallEngine::own_calls_of(std::string_view extension) const {
  return legs_.users.own_of(extension);
}

std::size_t CallEngine::waiting_calls_of(std::string_view extension) const {
  return legs_.users.awaited_by(extension).size();
}

std::size_t CallEngine::ringing_calls(std::string_view caller, std::string_view callee) const {
  // As many as this callee may be called by; see Switchboard::crowding_of().
  return static_cast<std::size_t>(std::ranges::count_if(
      legs_.users.awaited_by(callee), [&](CallId id) { return find(id)->caller() == caller; }));
}

Call* CallEngine::find(CallId id) const {
  const auto at = calls_.find(id);
  return at == calls_.end() ? nullptr : at->second.call.get();
}

std::vector<std::string> CallEngine::names() const {
  std::vector<std::string> names;
  for (const CallId id : ids()) names.push_back(name_of(id));
  return names;
}

std::vector<CallId> CallEngine::ids() const {
  std::vector<CallId> ids;
  ids.reserve(calls_.size());
  for (const auto& [id, entry] : calls_) ids.push_back(id);
  return ids;
}

}  // namespace dering::call
