// SPDX-License-Identifier: Apache-2.0
//
// A call from its start to its record: the verbs, and who takes part.
#include "call/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/log.h"
#include "call/call_engine.h"
#include "call/parting_word.h"
#include "call/scene.h"

namespace dering::call {
namespace {

constexpr std::size_t usual_legs = 4;
constexpr Call::Stop answered_elsewhere{"SIP;cause=200;text=\"Call completed elsewhere\"",
                                        "elsewhere"};

}  // namespace

std::string name_of(CallId id) {
  return fmt::format("{:016x}", id.value);
}

Call::Call(CallId id, std::string dialled, std::string offer, std::unique_ptr<Feature> feature)
    : id_(id),
      next_(std::move(feature)),
      bridge_(id),
      plan_(bridge_, std::move(offer)),
      hearing_(bridge_) {
  record_.call_id = name_of(id);
  record_.callee = std::move(dialled);
  record_.stays.reserve(usual_legs);
  legs_.reserve(usual_legs);
}

// ---- Who takes part -----------------------------------------------------------------------------

void Call::join(Leg& leg, const Passage& passage, Turn& turn) {
  if (record_.stays.empty()) {
    record_.caller = leg.party().extension;
    record_.hides_caller = leg.party().is_hidden;
    record_.started_at = turn.wall.count();
    log::info("call {}: {} calls {}", record_.call_id, record_.caller, log::shown(dialled()));
  }
  legs_.push_back(leg.id());
  const std::string_view role = leg.role() == Leg::Role::caller ? "caller" : "callee";
  record_.stays.push_back({.leg = leg.id().value,
                           .person = leg.party().extension,
                           .role = std::string(role),
                           .why = std::string(passage.why),
                           .from = turn.wall.count(),
                           .to = 0,
                           .outcome = {},
                           .is_hidden = leg.party().is_hidden,
                           .brought_by = std::string(passage.by)});
}

bool Call::let_go(Leg& leg, Call& to, const Passage& passage, Turn& turn) {
  if (leg.state() != Leg::State::talking) return false;
  if (!has_engine() || !to.has_engine()) return false;
  if (!can_unseal(turn) || !to.can_unseal(turn)) return false;
  if (!to.bridge_.take(leg, bridge_, turn)) return false;
  if (!leg.media->reoffer.is_done()) to.reopening_.on_moved(turn);
  if (Leg* partner = partner_of(leg, turn)) partner->partner = {};
  leg.partner = {};
  std::erase(legs_, leg.id());
  if (directory::CallStay* stay = open_stay_of(leg.id())) {
    stay->sent_by = passage.by;
    stay->sent_to = passage.to;
  }
  close_stay(leg.id(), word_of(Outcome::transferred), turn);
  return true;
}

void Call::sweep(Turn& turn) {
  std::erase_if(legs_, [&](LegId id) {
    Leg& leg = *turn.legs.find(id);
    if (leg.state() != Leg::State::ended) return false;
    if (Leg* partner = partner_of(leg, turn)) partner->partner = {};
    close_stay(id, word_of(leg.has_talked() ? Outcome::answered : leg.failure()), turn);
    bridge_.remove(leg, turn);
    turn.legs.forget(id);
    return true;
  });
}

directory::CallStay* Call::open_stay_of(LegId leg) {
  // The latest one: a leg may have come back.
  for (directory::CallStay& stay : std::views::reverse(record_.stays)) {
    if (stay.leg == leg.value) return stay.outcome.empty() ? &stay : nullptr;
  }
  return nullptr;
}

void Call::close_stay(LegId leg, std::string_view outcome, Turn& turn) {
  directory::CallStay* stay = open_stay_of(leg);
  if (!stay) return;
  stay->to = turn.wall.count();
  stay->outcome = outcome;
  const Leg* its = turn.legs.find(leg);
  if (!its) return;
  stay->quality = its->quality.so_far();
  if (its->has_talked() && its->media) stay->quality.media = its->media->protection();
}

Leg* Call::first(Turn& turn) const {
  return legs_.empty() ? nullptr : turn.legs.find(legs_.front());
}

Leg* Call::partner_of(const Leg& leg, Turn& turn) {
  return leg.partner ? turn.legs.find(leg.partner) : nullptr;
}

bool Call::all_talk(const Turn& turn) const {
  return std::ranges::all_of(
      legs_, [&](LegId id) { return std::as_const(turn.legs).find(id)->is_talking(); });
}

bool Call::may_be_answered(std::string_view person, const Turn& turn) const {
  return std::ranges::any_of(legs_, [&](LegId id) {
    const Leg* leg = std::as_const(turn.legs).find(id);
    if (!person.empty() && leg->party().extension != person) return false;
    return leg->role() == Leg::Role::callee && leg->may_answer();
  });
}

// ---- Verbs --------------------------------------------------------------------------------------

bool Call::open_media(Turn& turn) {
  const auto refusal = plan_.open(*first(turn), turn);
  if (refusal) end(*refusal, turn);
  return !refusal;
}

LegId Call::ring(const Ringing& ringing, const Contact& contact, Turn& turn) {
  const Party& callee = ringing.callee;
  Leg* caller = first(turn);
  if (state_ == State::ending || !caller) return {};
  if (!plan_.can_ring(*caller, contact.flow, turn)) return {};
  const Party shown = shown_caller(caller->party(), ringing.approach, profile_of(contact.flow));
  Leg& leg = turn.legs.add(turn.calls.new_leg_id(), id_, callee, contact, shown, turn);
  join(leg, {ringing.approach.why}, turn);
  leg.tell_approach(ringing.approach, turn);
  const bool is_awaited = std::ranges::any_of(awaits_, [&](const UserIndex::Awaited& awaited) {
    return awaited.extension() == callee.extension;
  });
  if (!is_awaited) awaits_.emplace_back(turn.legs.users, callee.extension, id_);
  leg.invite(dialled(), plan_.offer_to(leg, *caller, turn), turn);
  return leg.id();
}

void Call::pass_by(const Party& person, std::string_view why, Turn& turn) {
  const std::int64_t now = turn.wall.count();
  record_.stays.push_back({.leg = 0,
                           .person = person.extension,
                           .role = "callee",
                           .why = std::string(why),
                           .from = now,
                           .to = now,
                           .outcome = "forwarded"});
}

void Call::connect(Leg& waiting, Leg& winner, Turn& turn) {
  if (state_ == State::ending) return;
  waiting.partner = winner.id();
  winner.partner = waiting.id();
  hearing_.end_early();
  const auto sdp = plan_.connect(waiting, winner, turn);
  if (!sdp) return end(sdp.error(), turn);
  stop_ringing(answered_elsewhere, turn);
  const bool is_other = !winner.is_outside() && winner.party().extension != dialled();
  const bool is_news = waiting.has_talked() || is_other;
  if (is_news) waiting.introduce(winner.party(), turn);
  if (waiting.may_answer()) waiting.accept(*sdp, turn);
  for (const Leg* leg : {&waiting, &winner}) tell_of_clear_sound(*leg);
  if (!answered_at_) answered_at_ = turn.now;
  // Who their other party is has changed as well.
  for (const Leg* leg : {&waiting, &winner}) turn.out.touched.push_back(leg->party().extension);
  log::info("call {}: answered", record_.call_id);
}

std::optional<Outcome> Call::take_in(const Newcomer& newcomer, Leg& place, Turn& turn) {
  const bool rings = place.role() == Leg::Role::callee && place.may_answer();
  Leg* other = rings ? first(turn) : partner_of(place, turn);
  if (!other || other == &newcomer.leg || state_ == State::ending) return Outcome::nothing_rings;
  if (!can_unseal(turn)) return Outcome::incompatible;
  if (const auto refusal = answer_for(newcomer, *other, turn)) return refusal;
  if (rings) {
    stop_ringing(answered_elsewhere, turn);
  } else {
    drop(place,
         is_same_phone(newcomer.leg.instance(), place) ? Outcome::went_on : Outcome::transferred,
         turn);
  }
  welcome(newcomer.leg, *other, turn);
  return std::nullopt;
}

std::optional<Outcome> Call::take_in_beside(const Newcomer& newcomer, Leg& waiting, Turn& turn) {
  const bool waits = state_ == State::open && waiting.is_talking() && !waiting.partner;
  if (!waits) return Outcome::nothing_parked;
  if (!can_unseal(turn)) return Outcome::incompatible;
  if (const auto refusal = answer_for(newcomer, waiting, turn)) return refusal;
  stop_ringing(answered_elsewhere, turn);
  welcome(newcomer.leg, waiting, turn);
  return std::nullopt;
}

void Call::welcome(Leg& newcomer, Leg& other, Turn& turn) {
  pair(newcomer, other, turn);
  log::info("call {}: taken by {}", record_.call_id, newcomer.party().extension);
  turn.events.push_back({id_, newcomer.id(), LegEvent::What::joined});
}

/// Both get their 200, where they wait for one.
std::optional<Outcome> Call::answer_for(const Newcomer& comes, Leg& other, Turn& turn) {
  Leg& newcomer = comes.leg;
  const auto answer = plan_.take_in(newcomer, other, comes.offer, turn);
  if (!answer) return answer.error();
  if (other.may_answer()) {
    const auto sdp = plan_.answer_first_to(other, newcomer, turn);
    if (!sdp) return sdp.error();
    hearing_.end_early();
    other.introduce(newcomer.party(), turn);
    other.accept(*sdp, turn);
    tell_of_clear_sound(other);
  }
  newcomer.introduce(other.party(), turn);
  newcomer.accept(*answer, turn);
  tell_of_clear_sound(newcomer);
  return std::nullopt;
}

/// Taken all the same: the person talks, and it is said in the record too.
void Call::tell_of_clear_sound(const Leg& leg) const {
  if (profile_of(leg.flow()) != MediaProfile::srtp || !leg.media) return;
  if (leg.media->protection() != "clear") return;
  log::warning("call {}: the phone of {} signals over TLS and sends its sound in clear",
               record_.call_id, leg.party().extension);
}

void Call::pair(Leg& one, Leg& other, Turn& turn) {
  for (Leg* leg : {&one, &other}) {
    if (Leg* partner = partner_of(*leg, turn)) partner->partner = {};
  }
  one.partner = other.id();
  other.partner = one.id();
  one.introduce(other.party(), turn);
  other.introduce(one.party(), turn);
  if (!answered_at_) answered_at_ = turn.now;
}

void Call::answer_alone(Playing what, Turn& turn) {
  using Why = MediaBridge::Why;
  Leg& caller = *first(turn);
  // Somebody talks already; the first one may be a phone that has rung and is not done yet.
  const bool waits = caller.role() == Leg::Role::caller && caller.may_answer();
  if (!waits) return hearing_.play_alone(what);
  const bool is_echo = what == Playing::echo;
  const auto sdp = plan_.open_alone(caller, is_echo ? Why::echo : Why::announcement, turn);
  if (!sdp) return end(sdp.error(), turn);
  answered_at_ = turn.now;
  hearing_.play_alone(what);
  caller.accept(*sdp, turn);
  tell_of_clear_sound(caller);
  log::info("call {}: answered by the switchboard", record_.call_id);
}

void Call::stop_ringing(const Stop& stop, Turn& turn) {
  const auto concerns = [&](std::string_view person) {
    return stop.person.empty() || stop.person == person;
  };
  std::vector<UserIndex::Awaited> others;
  for (UserIndex::Awaited& awaited : awaits_) {
    if (!concerns(awaited.extension())) others.push_back(std::move(awaited));
  }
  awaits_.swap(others);
  for (const LegId id : legs_) {
    Leg& leg = *turn.legs.find(id);
    if (leg.role() == Leg::Role::caller || !leg.may_answer()) continue;
    if (!concerns(leg.party().extension)) continue;
    leg.end_because({stop.reason}, Outcome::answered, turn);
    bridge_.remove(leg, turn);
    close_stay(id, stop.outcome, turn);
  }
}

void Call::drop(Leg& leg, Outcome outcome, Turn& turn) {
  leg.end(outcome, turn);
  if (Leg* partner = partner_of(leg, turn)) partner->partner = {};
  leg.partner = {};
  close_stay(leg.id(), word_of(outcome), turn);
  bridge_.remove(leg, turn);
}

void Call::end(Outcome outcome, Turn& turn, std::string_view parting_word) {
  if (state_ == State::ending) return;
  state_ = State::ending;
  awaits_.clear();
  Scene scene(*this, turn);
  if (feature_) feature_->on_ended(outcome, scene);
  record(outcome, turn);
  const std::string reason = reason_of(outcome);
  const std::string warning = warning_with(parting_word);
  const Leg* caller = first(turn);
  for (const LegId id : legs_) {
    Leg& leg = *turn.legs.find(id);
    const bool is_told = &leg == caller && !warning.empty();
    leg.end_because({reason, is_told ? std::string_view(warning) : warning_of(outcome)}, outcome,
                    turn);
  }
  bridge_.close(turn);
}

void Call::record(Outcome outcome, Turn& turn) {
  record_.outcome = word_of(outcome);
  for (const LegId id : legs_) {
    const Leg& leg = *turn.legs.find(id);
    const bool has_failed = leg.state() == Leg::State::ended && !leg.has_talked();
    close_stay(id, word_of(has_failed ? leg.failure() : outcome), turn);
  }
  if (answered_at_) {
    record_.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(turn.now - *answered_at_).count();
  }
  log::info("call {}: ended, {}, {} ms", record_.call_id, record_.outcome,
            std::max<std::int64_t>(record_.duration_ms, 0));
  turn.out.records.push_back(std::exchange(record_, {}));
}

bool Call::expects_sound(const Leg& leg, Duration since, Instant now) const {
  return answered_at_ && now - *answered_at_ >= since && Hearing::expects_sound(leg);
}

void Call::settle_media(Turn& turn) {
  settle_passed_offers(turn);
  if (state_ == State::ending) return;
  pass_early_sound(turn);
  anchor_sealed(turn);
  reopening_.settle(legs_, turn);
  if (reopening_.state() == Reopening::State::failed) return end(Outcome::media_lost, turn);
  hearing_.settle(legs_, turn);
  for (const LegId id : legs_) {
    Leg& leg = *turn.legs.find(id);
    if (leg.media) leg.media->codec_offer.settle(leg, turn);
    leg.settle_introduction(turn);
    tell_of_absence(leg, turn);
  }
}

/// Whoever is there is told when the other one's phone cannot be reached, and when it is back.
void Call::tell_of_absence(Leg& leg, Turn& turn) {
  if (!leg.is_talking()) return;
  const auto tell = [&](std::string_view other, Absence::Away away) {
    turn.out.lines.push_back({.extension = leg.party().extension,
                              .whose = directory::LineChanged::Whose::theirs,
                              .is_weak = false,
                              .away = away,
                              .other = std::string(other)});
  };
  const Leg* partner = partner_of(leg, turn);
  const std::string_view other = partner ? shown_number_of(partner->party()) : std::string_view();
  const Absence::Away away = partner ? partner->absence.seen() : Absence::Away::no;
  if (const auto before = leg.absence.take_told_other_than(other)) tell(*before, Absence::Away::no);
  if (leg.absence.tell(other, away)) tell(other, away);
}

bool Call::can_unseal(Turn& turn) const {
  return std::ranges::all_of(legs_, [&](LegId id) {
    const Leg& leg = *turn.legs.find(id);
    return !leg.is_talking() || !leg.media || leg.media->can_unseal() || leg.may_be_replaced();
  });
}

/// Whoever was sealed with somebody that has gone to another call, and is heard by the engine now.
void Call::anchor_sealed(Turn& turn) {
  if (!bridge_.is_terminated()) return;
  for (const LegId id : legs_) {
    Leg& leg = *turn.legs.find(id);
    if (!leg.is_talking() || !leg.media || !leg.media->is_sealed()) continue;
    if (!bridge_.anchor(leg, bridge_, turn)) return end(Outcome::media_lost, turn);
    reopening_.on_moved(turn);
  }
}

/// Only where nobody else can answer any more: a phone that calls takes one description, and what
/// the answer says must be the same (docs/jssip.md, S20).
void Call::pass_early_sound(Turn& turn) {
  Leg* caller = first(turn);
  Leg* only = nullptr;
  for (const LegId id : legs_) {
    Leg* leg = turn.legs.find(id);
    if (leg->role() != Leg::Role::callee || !leg->may_answer()) continue;
    if (only) return;
    only = leg;
  }
  if (!caller || !only || caller == only) return;
  const auto sdp = plan_.pass_early(*caller, *only, turn);
  if (!sdp) return;
  hearing_.begin_early(*only);
  caller->progress(*sdp, turn);
}

std::optional<Instant> Call::next_deadline(const LegTable& legs) const {
  std::optional<Instant> at;
  if (state_ == State::open) at = earlier(hearing_.next_deadline(), reopening_.next_deadline());
  for (const LegId id : legs_) at = earlier(at, legs.find(id)->next_deadline());
  if (state_ == State::ending) return at;
  if (feature_) at = earlier(at, feature_->next_deadline());
  for (const auto& attachment : attached_) at = earlier(at, attachment->next_deadline());
  return at;
}

}  // namespace dering::call
