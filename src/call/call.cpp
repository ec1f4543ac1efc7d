// SPDX-License-Identifier: Apache-2.0
//
// A call from its start to its record: the verbs, and what becomes of its legs.
#include "call/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/log.h"

namespace dering::call {

std::string name_of(CallId id) {
  return fmt::format("{:016x}", id.value);
}

Call::Call(CallId id, IncomingCall incoming, std::unique_ptr<Feature> feature, Turn& turn)
    : id_(id),
      dialled_(std::move(incoming.dialled)),
      offer_(incoming.invite.message.body()),
      feature_(std::move(feature)),
      caller_({id, LegId{1}}, std::move(incoming.caller), std::move(incoming.instance),
              std::move(incoming.invite), turn),
      started_at_(turn.wall) {
  log::info("call {}: {} calls {}", name_of(id_), caller_.party().extension, log::shown(dialled_));
  turn.out.touched.push_back(caller_.party().extension);
}

void Call::start(Turn& turn) {
  feature_->on_start(*this, turn);
}

bool Call::open_media(Turn& turn) {
  const auto refusal = path_.open(caller_, offer_, turn);
  if (refusal) end(*refusal, turn);
  return !refusal;
}

void Call::ring(const Party& callee, const Contact& contact, Turn& turn) {
  if (state_ != State::setting_up) return;
  const LegRef ref{id_, LegId{++last_leg_}};
  Leg& leg = *callees_.emplace_back(std::make_unique<Leg>(ref, callee, contact, turn));
  const std::string sdp = path_.offer_to(leg, offer_, turn);
  leg.invite({caller_.party(), dialled_, sdp}, turn);
}

void Call::connect(Leg& winner, Turn& turn) {
  if (state_ != State::setting_up) return;
  const auto sdp = path_.answer_from(winner, caller_, winner.take_answer(), turn);
  if (!sdp) return end(Outcome::incompatible, turn);
  winner_ = winner.id();
  stop_others(winner, turn);
  state_ = State::talking;
  answered_at_ = turn.now;
  caller_.accept(*sdp, turn);
  log::info("call {}: answered", name_of(id_));
}

void Call::connect_to_echo(Turn& turn) {
  const auto sdp = path_.open_echo(caller_, offer_, turn);
  if (!sdp) return end(sdp.error(), turn);
  state_ = State::talking;
  answered_at_ = turn.now;
  caller_.accept(*sdp, turn);
  log::info("call {}: answered by echo", name_of(id_));
}

void Call::stop_others(const Leg& winner, Turn& turn) {
  for (const auto& callee : callees_) {
    if (callee.get() == &winner) continue;
    callee->lose_race(turn);
    path_.drop(*callee, turn);
  }
}

void Call::end(Outcome outcome, Turn& turn) {
  if (state_ == State::ending) return;
  state_ = State::ending;
  record(outcome, turn);
  for_each_leg([&](Leg& leg) {
    leg.end(outcome, turn);
    turn.out.touched.push_back(leg.party().extension);
  });
  path_.close(turn);
}

void Call::record(Outcome outcome, Turn& turn) const {
  directory::CallRecord record;
  record.call_id = name_of(id_);
  record.caller = caller_.party().extension;
  record.hides_caller = caller_.party().is_hidden;
  record.callee = dialled_;
  record.started_at = started_at_.count();
  if (answered_at_) {
    record.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(turn.now - *answered_at_).count();
  }
  record.outcome = word_of(outcome);
  log::info("call {}: ended, {}, {} ms", record.call_id, record.outcome,
            std::max<std::int64_t>(record.duration_ms, 0));
  turn.out.records.push_back(std::move(record));
}

bool Call::may_be_answered() const {
  return std::ranges::any_of(callees_, [](const auto& callee) {
    return callee->state() == Leg::State::inviting || callee->state() == Leg::State::ringing;
  });
}

bool Call::is_talking(LegId id) const {
  const auto talks = [&](const Leg& leg) {
    return leg.id() == id &&
           (leg.state() == Leg::State::talking || leg.state() == Leg::State::ending);
  };
  return talks(caller_) ||
         std::ranges::any_of(callees_, [&](const auto& callee) { return talks(*callee); });
}

bool Call::occupies(std::string_view extension) const {
  if (state_ != State::ending && caller_.party().extension == extension) return true;
  return std::ranges::any_of(callees_, [&](const auto& callee) {
    return callee->party().extension == extension && callee->is_in_call();
  });
}

std::size_t Call::leg_count() const {
  const auto counts = [](const Leg& leg) {
    return static_cast<std::size_t>(leg.state() != Leg::State::ended);
  };
  std::size_t count = counts(caller_);
  for (const auto& callee : callees_) count += counts(*callee);
  return count;
}

bool Call::is_over() const {
  return state_ == State::ending && leg_count() == 0;
}

void Call::leave(Index& index) const {
  caller_.leave(index);
  for (const auto& callee : callees_) callee->leave(index);
}

const Leg& Call::leg_at(LegId id) const {
  if (caller_.id() == id) return caller_;
  const auto at = std::ranges::find(callees_, id, [](const auto& callee) { return callee->id(); });
  DERING_CHECK(at != callees_.end());
  return **at;
}

Leg& Call::leg(LegId id) {
  return const_cast<Leg&>(leg_at(id));
}

Leg* Call::peer_of(const Leg& leg) {
  if (&leg != &caller_) return leg.id() == winner_ ? &caller_ : nullptr;
  return winner_ ? &this->leg(winner_) : nullptr;
}

void Call::on_time(Turn& turn) {
  if (state_ == State::setting_up && feature_) feature_->on_time(*this, turn);
  for_each_leg([&](Leg& leg) { on_signal(leg, leg.on_time(turn), turn); });
}

std::optional<Instant> Call::next_deadline() const {
  auto at = caller_.next_deadline();
  for (const auto& callee : callees_) at = earlier(at, callee->next_deadline());
  if (state_ == State::setting_up && feature_) at = earlier(at, feature_->next_deadline());
  return at;
}

}  // namespace dering::call
