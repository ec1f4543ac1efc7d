// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/random.h"

namespace dering::sim {

/// A fault put into the simulated world on purpose, to see that the invariants find it.
enum class Plant : std::uint8_t {
  none,
  lost_bye,         ///< the edge swallows each BYE to a browser
  bye_said_once,    ///< a BYE that its connection took with it is not said again
  leaked_port,      ///< the engine does not hear ClosePort
  leaked_bridge,    ///< the engine does not hear CloseBridge
  double_record,    ///< each call record is written twice
  lost_record,      ///< no call record of a busy callee is written
  lost_cancel,      ///< the edge swallows each CANCEL to a browser
  wrong_party,      ///< the record names somebody else as who was called
  twin_leg,         ///< a phone stands in two calls under one leg
  lost_sound,       ///< the engine relays to one phone of a pair only
  forgotten_entry,  ///< an index keeps one entry of each call that nobody answered
  refused_call,     ///< a port that the engine refuses takes the whole call with it
  lost_notify,      ///< the edge swallows what tells the end of a transfer
  lost_move,        ///< the engine does not hear MovePort
  lost_stop,        ///< the engine does not hear Stop: whoever waited hears music for ever
  lost_transfer,    ///< no record is written of a call that a transfer made
  lost_return,      ///< whoever was sent on is dropped when the target takes no call
  twice_moved,      ///< a leg comes to a call twice and has left another one once
  lost_pickup,      ///< the record does not say who picked the call up
  lost_parking,     ///< no record is written of a call that was parked
  lost_retrieval,   ///< the record does not say who took the call that was parked
  lost_reentry,     ///< the record does not say who came back into the call
  stale_absence,    ///< who talks is not told that the other one is back
  stale_parking,    ///< who parked a call is not told that it waits no more
};
std::optional<Plant> plant_from(std::string_view name);
std::string_view name_of(Plant plant);
/// "lost-bye, bye-said-once, …"
std::string plant_names();

/// What one seed decides about its world. Each run switches some troubles on and others off.
struct Knobs {
  explicit Knobs(Random& random);

  unsigned users;
  unsigned phones;                  ///< of one user at most
  unsigned desk_percent;            ///< share of desk phones; the others are browsers
  unsigned loss_percent;            ///< of datagrams
  unsigned duplicate_percent;       ///< of datagrams
  unsigned longest_delay_ms;        ///< of any message
  unsigned flow_loss_percent;       ///< share of a person's actions that cut the connection
  unsigned reload_percent;          ///< share of those that forget all calls
  unsigned engine_death_percent;    ///< chance that the engine dies once
  unsigned sign_outs;               ///< how often the issuer ends somebody's sign-in
  unsigned calls_survive_sign_out;  ///< 1: they do
  unsigned break_percent;    ///< share of BYE, CANCEL, ACK … that the connection breaks just before
  unsigned hang_up_percent;  ///< share of what people do in a call
  unsigned hold_percent;     ///< share of the rest: they put the other one on hold, or take it back
  unsigned refused_percent;  ///< of ports that a call opens: the engine has no room
  unsigned transfer_percent;      ///< share of what people do in a call: they send the other one on
  unsigned pickup_percent;        ///< share of the calls they make: one that is there already
  unsigned forwardings;           ///< how often somebody says where their calls go
  unsigned firefox_percent;       ///< of browsers
  unsigned race_percent;          ///< share of answers that come with those of their other phones
  unsigned parking_percent;       ///< share of those sent on, and of calls, that are about parking
  unsigned reentry_percent;       ///< of broken connections of pages: loaded anew, they come back
  unsigned acting_seconds = 120;  ///< how long people do anything

  bool operator==(const Knobs&) const = default;
};

/// One knob by its name, for the command line and for shrinking.
struct KnobName {
  std::string_view name;
  unsigned Knobs::* knob;
  unsigned least;  ///< the simplest world
  std::string_view what;
};
inline constexpr std::array knob_names{
    KnobName{"users", &Knobs::users, 2, "people"},
    KnobName{"phones", &Knobs::phones, 1, "of each of them at most"},
    KnobName{"sign-outs", &Knobs::sign_outs, 0, "ended by the issuer"},
    KnobName{"engine-death", &Knobs::engine_death_percent, 0, "percent: the engine dies once"},
    KnobName{"loss", &Knobs::loss_percent, 0, "percent of datagrams"},
    KnobName{"duplicates", &Knobs::duplicate_percent, 0, "percent of datagrams"},
    KnobName{"flow-loss", &Knobs::flow_loss_percent, 0,
             "percent of what people do: the connection breaks"},
    KnobName{"breaks", &Knobs::break_percent, 0,
             "percent of BYE, CANCEL, ACK …: the connection breaks just before"},
    KnobName{"reload", &Knobs::reload_percent, 0,
             "percent of broken connections: the page forgets its calls"},
    KnobName{"delay-ms", &Knobs::longest_delay_ms, 10, "of a message at most"},
    KnobName{"hang-ups", &Knobs::hang_up_percent, 1, "percent of what people do in a call"},
    KnobName{"holds", &Knobs::hold_percent, 0, "percent of what people do in a call otherwise"},
    KnobName{"refused-ports", &Knobs::refused_percent, 0, "percent: the engine has no room for it"},
    KnobName{"transfers", &Knobs::transfer_percent, 0, "percent of what people do in a call"},
    KnobName{"pickups", &Knobs::pickup_percent, 0, "percent of calls: one that is there already"},
    KnobName{"forwardings", &Knobs::forwardings, 0, "times somebody says where their calls go"},
    KnobName{"firefox", &Knobs::firefox_percent, 0, "percent of browsers"},
    KnobName{"races", &Knobs::race_percent, 0, "percent of answers: all phones of one at once"},
    KnobName{"parkings", &Knobs::parking_percent, 0,
             "percent of those sent on and of calls: parked, and taken"},
    KnobName{"reentries", &Knobs::reentry_percent, 0,
             "percent of broken connections of pages: another page comes back into the calls"},
    KnobName{"desk", &Knobs::desk_percent, 0, "percent of phones that are desk phones"},
    KnobName{"calls-survive", &Knobs::calls_survive_sign_out, 0, "1: a sign-out ends no call"},
    KnobName{"seconds", &Knobs::acting_seconds, 5, "that people do anything"},
};

/// True in `percent` of all cases.
inline bool chance(Random& random, unsigned percent) {
  return random.below(100) < percent;
}
inline Duration between(Random& random, Duration low, Duration high) {
  return low + Duration(static_cast<Duration::rep>(
                   random.below(static_cast<std::uint64_t>((high - low).count()) + 1)));
}

}  // namespace dering::sim
