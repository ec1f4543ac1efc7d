// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/feature.h"
#include "call/hearing.h"
#include "call/info_digit.h"
#include "call/leg.h"
#include "call/media_bridge.h"
#include "call/media_plan.h"
#include "call/outcome.h"
#include "call/reopening.h"
#include "call/turn.h"

namespace dering::call {

/// An INVITE that asks for a new call, from a user whom we know.
struct IncomingCall {
  sip::RequestArrived invite;
  Party caller;
  std::string instance;  ///< of the caller's phone; may be empty
  std::string dialled;   ///< the user part of the Request-URI, unescaped
  OwnCodecs codecs{};    ///< of that phone alone, best first; see Leg::codecs
};

/// How a leg comes to a call.
struct Passage {
  std::string_view why;      ///< of its stay
  std::string_view by = {};  ///< who sent it on from another call; empty: nobody
  std::string_view to = {};  ///< to whom they did
};

/// One conversation and the attempt to have it: which legs take part, and how their sound goes.
/// Legs belong to the LegTable; a call lists those that are with it. Its feature decides, the call
/// carries out, and whatever is a phone's own affair (offers, refreshes, digits) is answered under
/// every feature. Leaves exactly one call record. Signalling thread.
class Call {
 public:
  enum class State : std::uint8_t {
    open,
    ending,  ///< the outcome is known and recorded; legs still say goodbye
  };

  /// `offer`: of the leg that comes first; empty for a late offer.
  Call(CallId id, std::string dialled, std::string offer, std::unique_ptr<Feature> feature);

  CallId id() const { return id_; }
  State state() const { return state_; }
  bool is_answered() const { return answered_at_.has_value(); }
  /// Who placed it, by extension.
  const std::string& caller() const { return record_.caller; }
  const std::string& dialled() const { return record_.callee; }
  const std::vector<LegId>& legs() const { return legs_; }
  /// The leg for whose sake the others are here: the caller. Null when it has gone.
  Leg* first(Turn& turn) const;

  // -- who takes part
  void join(Leg& leg, const Passage& passage, Turn& turn);
  /// To another call; false if its sound cannot go along.
  bool let_go(Leg& leg, Call& to, const Passage& passage, Turn& turn);

  // -- verbs, for the Scene of a feature
  /// Before the first ring(). False: the sound cannot be carried, and the call has ended so.
  bool open_media(Turn& turn);
  /// Whose phone is rung, and how the call comes to it.
  struct Ringing {
    const Party& callee;
    const Approach& approach;
  };
  /// Its leg; zero if the media engine has no room for one more phone.
  LegId ring(const Ringing& ringing, const Contact& contact, Turn& turn);
  /// The call came to somebody, by `why`, and went on to somebody else.
  void pass_by(const Party& person, std::string_view why, Turn& turn);
  /// How it ends if ring() was zero for every phone.
  Outcome why_none_rings() const {
    return plan_.is_terminable() ? Outcome::media_unavailable : Outcome::incompatible;
  }
  /// These two hear each other from now on; all who still ring, stop.
  void connect(Leg& waiting, Leg& winner, Turn& turn);
  /// A leg that nobody rang, and what its phone offers.
  struct Newcomer {
    Leg& leg;
    std::string_view offer;
  };
  /// It takes the place of one that rings, or talks. Nothing, or why it cannot.
  std::optional<Outcome> take_in(const Newcomer& newcomer, Leg& place, Turn& turn);
  /// It talks with one that waits alone; all who still ring, stop.
  std::optional<Outcome> take_in_beside(const Newcomer& newcomer, Leg& waiting, Turn& turn);
  /// Two that talk already hear each other from now on.
  void pair(Leg& one, Leg& other, Turn& turn);
  /// The first leg is answered, unless it talks already, and hears this, itself for an echo.
  void answer_alone(Playing what, Turn& turn);
  /// Why phones stop ringing: what they are told in Reason, and the outcome of their stays.
  struct Stop {
    std::string_view reason;
    std::string_view outcome;
    std::string_view person = {};  ///< whose phones; empty: all
  };
  void stop_ringing(const Stop& stop, Turn& turn);
  /// One leg leaves; the others stay.
  void drop(Leg& leg, Outcome outcome, Turn& turn);
  /// `parting_word`: of who declined, for the first leg alone.
  void end(Outcome outcome, Turn& turn, std::string_view parting_word = {});
  /// True while a phone, of that person unless it is empty, may still answer.
  bool may_be_answered(std::string_view person, const Turn& turn) const;
  /// In place of the feature of now, as soon as that has returned.
  void continue_with(std::unique_ptr<Feature> next) { next_ = std::move(next); }
  /// Beside the feature, whichever that is.
  void attach(std::unique_ptr<Feature> attachment) { coming_.push_back(std::move(attachment)); }

  // -- inputs, for the leg that they concern
  void start(Turn& turn) { settle_features(turn); }
  void on_request(Leg& leg, sip::RequestArrived request, Turn& turn);
  void on_ack(Leg& leg, const sip::AckArrived& ack, Turn& turn);
  /// The engine heard a key of a phone; those that hear the phone have it already.
  void on_key(const Leg& leg, std::string_view key, Turn& turn);
  /// How a phone's sound got through, of which both people are told where it changes.
  void on_quality(Leg& leg, const media::v2::Quality& report, Turn& turn);
  /// A response came for a leg: what it brought for the others.
  void on_responded(Leg& leg, Turn& turn);
  /// A leg has something to tell.
  void on(const LegEvent& event, Turn& turn);
  /// A phone of this user registered anew: it might ring as well.
  void on_contact(std::string_view extension, const Contact& contact, Turn& turn);
  /// The engine refuses what this call needs.
  void on_media_lost(Turn& turn);
  /// The engine is gone; a call that talks waits for the next one.
  void on_engine_lost(Turn& turn);
  void on_engine_ready(Turn& turn);
  bool waits_for_engine() const {
    return state_ == State::open && reopening_.state() == Reopening::State::waiting;
  }
  /// Nothing can come from a phone that does not know yet where to send, or that holds or is held.
  bool expects_sound(const Leg& leg, Duration since, Instant now) const;
  void on_time(Turn& turn);
  std::optional<Instant> next_deadline(const LegTable& legs) const;

  /// The way of the sound, by what all legs want now.
  void settle_media(Turn& turn);
  /// Forgets legs that have ended.
  void sweep(Turn& turn);
  /// The call can be forgotten.
  bool is_over() const { return state_ == State::ending && legs_.empty(); }

 private:
  template <class Tell>
  void tell_features(Tell tell, Turn& turn);
  void settle_features(Turn& turn);
  std::optional<Outcome> answer_for(const Newcomer& newcomer, Leg& other, Turn& turn);
  void welcome(Leg& newcomer, Leg& other, Turn& turn);
  bool all_talk(const Turn& turn) const;
  void on_offer(Leg& leg, sip::RequestArrived request, Turn& turn);
  void answer_offer(Leg& leg, const sip::RequestArrived& request, Turn& turn);
  void settle_passed_offers(Turn& turn);
  std::expected<std::string, Outcome> answer_to(Leg& leg, std::string_view offer, Turn& turn);
  void on_told(Leg& leg, std::string_view offer, Turn& turn);
  void on_prack(Leg& leg, const sip::RequestArrived& prack, Turn& turn);
  void on_info(Leg& leg, sip::RequestArrived request, Turn& turn);
  void pass_early_sound(Turn& turn);
  void anchor_sealed(Turn& turn);
  /// All its pages can be told of the engine in place of each other.
  bool can_unseal(Turn& turn) const;
  /// The engine has not died under it, or all is well again.
  bool has_engine() const {
    return reopening_.state() == Reopening::State::none ||
           reopening_.state() == Reopening::State::offering;
  }
  void on_digit(const Leg& leg, const InfoDigit& digit, Turn& turn);
  /// Null if the leg has none that is open.
  directory::CallStay* open_stay_of(LegId leg);
  void close_stay(LegId leg, std::string_view outcome, Turn& turn);
  void record(Outcome outcome, Turn& turn);
  void tell_of_clear_sound(const Leg& leg) const;
  void tell_of_absence(Leg& leg, Turn& turn);
  static Leg* partner_of(const Leg& leg, Turn& turn);

  CallId id_;
  State state_ = State::open;
  std::unique_ptr<Feature> feature_;
  std::unique_ptr<Feature> next_;
  std::vector<std::unique_ptr<Feature>> attached_;
  std::vector<std::unique_ptr<Feature>> coming_;  ///< to be attached
  std::vector<LegId> legs_;                       ///< in the order in which they came
  std::vector<UserIndex::Awaited> awaits_;        ///< whose phones ring
  directory::CallRecord record_;                  ///< as far as it is known
  MediaBridge bridge_;
  MediaPlan plan_;
  Hearing hearing_;
  Reopening reopening_;
  std::optional<Instant> answered_at_;
};

/// "00c0ffee…": how a call is named in logs and call records.
std::string name_of(CallId id);

}  // namespace dering::call
