// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/call.h"
#include "call/call_engine.h"
#include "call/diversions.h"
#include "call/numbers.h"
#include "call/transfers.h"

namespace dering::call {

/// What a feature may see and touch of its call and of the house, while it is told of one event.
class Scene {
 public:
  Scene(Call& call, Turn& turn) : call_(call), turn_(turn) {}

  // -- what can be seen
  Instant now() const { return turn_.now; }
  CallId call() const { return call_.id(); }
  bool is_open() const { return call_.state() == Call::State::open; }
  /// The leg for whose sake the others are here; null when it has gone.
  const Leg* first() const { return call_.first(turn_); }
  /// Null if it has gone.
  const Leg* leg(LegId id) const;
  /// True once two have heard each other.
  bool is_answered() const { return call_.is_answered(); }
  /// True while a phone, of that person unless it is empty, may still answer.
  bool may_be_answered(std::string_view person = {}) const {
    return call_.may_be_answered(person, turn_);
  }
  const Numbers& numbers() const { return turn_.numbers; }

  // -- what can be done
  /// Before the first ring(). False: the sound cannot be carried, and the call has ended so.
  bool open_media() { return call_.open_media(turn_); }
  /// Its leg; zero if there is no room for one more phone.
  LegId ring(const Party& callee, const Contact& contact, const Approach& approach = {}) {
    return call_.ring({callee, approach}, contact, turn_);
  }
  /// How a call ends for which no phone could be rung.
  Outcome why_none_rings() const { return call_.why_none_rings(); }
  /// The first leg is told that somebody rings.
  void tell_ringing();
  /// The first leg and this one hear each other.
  void connect(LegId winner);
  /// The first leg is answered, unless it talks already, and hears this, itself for an echo. The
  /// call has ended if it cannot.
  void answer_alone(Playing what) { call_.answer_alone(what, turn_); }
  /// Nobody answered in time, and others are tried. `person`: whose phones; empty: all.
  void stop_ringing(std::string_view person = {});
  /// Two that talk already hear each other.
  void pair(LegId one, LegId other);

  /// Where the call goes on to.
  Diversions diversions() { return {call_, turn_}; }
  /// Who is sent on, and by whom.
  Transfers transfers() { return {call_, turn_}; }
  /// One leg leaves; the others stay.
  void drop(LegId leg, Outcome outcome);
  /// `parting_word`: of who declined, for the first leg alone.
  void end(Outcome outcome, std::string_view parting_word = {}) {
    call_.end(outcome, turn_, parting_word);
  }
  /// The next feature takes over when this one has returned.
  void continue_with(std::unique_ptr<Feature> next) { call_.continue_with(std::move(next)); }
  /// Something beside the feature, which survives continue_with().
  void attach(std::unique_ptr<Feature> attachment) { call_.attach(std::move(attachment)); }
  /// The leg goes to that call. False: it cannot.
  bool move(LegId leg, CallId call, std::string_view why);
  /// The leg goes to a new call. False: it cannot.
  bool move_to_new_call(LegId leg, CallEngine::NewCall to);

 private:
  Leg* own(LegId id) const;

  Call& call_;
  Turn& turn_;
};

}  // namespace dering::call
