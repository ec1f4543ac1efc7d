// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/joined.h"
#include "base/random.h"
#include "base/table_size.h"
#include "call/call_engine.h"
#include "call/media.h"
#include "call/outcome.h"
#include "call/turn.h"
#include "contract/engine_lost.h"
#include "directory/binding.h"
#include "directory/directory.h"
#include "directory/errand.h"
#include "directory/forwarding.h"
#include "directory/text_message.h"
#include "feature/parking_board.h"
#include "identity/verdict.h"
#include "refusal/refusal.h"
#include "registrar/phone_rate.h"
#include "registrar/registrar.h"
#include "routing/route.h"
#include "sip/endpoint/endpoint.h"
#include "switchboard/forwarding_board.h"
#include "switchboard/house_numbers.h"
#include "switchboard/house_sights.h"
#include "switchboard/message_post.h"
#include "switchboard/objection.h"
#include "switchboard/presence_board.h"
#include "switchboard/ringing_board.h"
#include "switchboard/settings.h"
#include "switchboard/subscription_table.h"
#include "switchboard/trunk_table.h"

namespace dering::testing {
class Saboteur;
}

namespace dering::switchboard {

/// True if a request on `b` is from whom `a` leads to, whichever address of ours it was sent to.
bool is_same_peer(const sip::Flow& a, const sip::Flow& b);

// ---- What the switchboard takes and gives -------------------------------------------------------

/// The wall clock, once a second and before anything else after a jump.
struct WallClock {
  UnixSeconds wall;
};
/// What numbers mean from now on. Calls in progress keep what was decided for them.
struct PlanApplied {
  routing::PlanSnapshot plan;  ///< not null
};
/// Nothing has happened but that time went by.
struct TimePassed {};
/// All calls end with BYE or a final response: for a clean stop.
struct EndAllCalls {};

/// All that can happen to a switchboard. Each is declared in the folder whose noun it is, and one
/// is added there, here and in recording/inputs.cpp (tools/check_places.py). At the start WallClock
/// comes first, then directory::DirectoryChanged, PlanApplied, directory::ForwardingsKept,
/// directory::MessagesKept and directory::BindingsKept.
using Input =
    std::variant<sip::Received, sip::FlowClosed, identity::TokenJudged, identity::SignedOut,
                 directory::DirectoryChanged, directory::BindingsKept, directory::MessagesKept,
                 directory::ForwardingsKept, directory::ForwardingChanged, media::v2::Event,
                 trunk::DnsTold, trunk::SourceFound, contract::EngineLost, PlanApplied, WallClock,
                 TimePassed, EndAllCalls>;

/// All that a switchboard does to the world. The effects of its parts pass through it unchanged.
using Output = Joined<std::variant<sip::Send, media::v2::Command>, TrunkTable::Wish,
                      registrar::Effect, directory::PageNews>;
using Outbox = std::vector<Output>;

// ---- The switchboard ----------------------------------------------------------------------------

/// The whole switchboard without a socket, clock, thread or database: SIP endpoint, registrar, call
/// engine, directory and presence, and the stairs between them: endpoint → registrar or calls, and
/// what those leave behind → the outbox. app/ feeds it from real edges, tests/sim from a simulated
/// world. Owns all call state; signalling thread only.
class Switchboard {
 public:
  Switchboard(Settings settings, Random& random);
  // Its parts refer to each other: it stays where it was made.
  Switchboard(const Switchboard&) = delete;
  Switchboard& operator=(const Switchboard&) = delete;

  /// Runs until nothing is left to tell anybody. `now` never goes back.
  void take(Input&& input, Instant now, Outbox& out);
  /// From here on names on the wire and ids of the engine are those of this key: a recording begins
  /// with what is given, and can be played to another switchboard once that was told restore().
  struct Beginning {
    Names::Key key;
    std::uint64_t commands = 0;  ///< said to the engine before
    registrar::Held held{};
    directory::ForwardingsKept forwardings{};
    std::vector<std::string> calls_left_out{};  ///< in progress: nothing is known of them
    routing::PlanSnapshot plan{};               ///< null: there is none but the house's codes
  };
  Beginning begin_recording(const Names::Key& key, Instant now);
  /// The recording is over: its key is worth nothing any more.
  void end_recording();
  void restore(const Beginning& beginning, Instant now, Outbox& out);
  /// When TimePassed is due.
  std::optional<Instant> next_deadline() const;

  directory::Presence presence(std::string_view extension) const { return presence_.of(extension); }

  struct Counts {
    std::size_t calls = 0;
    std::size_t legs = 0;
    std::size_t bindings = 0;
    std::size_t transactions = 0;
    std::uint64_t overloaded = 0;  ///< requests refused for want of room, since the start
    std::uint64_t unanswered = 0;  ///< requests too small to be answered, since the start
    std::uint64_t shed = 0;  ///< of lost connections: forgotten before their time, since the start
    std::uint64_t responses_unmatched = 0;  ///< to no request of ours, since the start
    std::size_t flows_signed_in = 0;
    std::size_t flows_dismissed = 0;     ///< signed out, and kept for a call
    std::uint64_t phones_silent = 0;     ///< dropped, since they did not answer
    std::uint64_t phones_displaced = 0;  ///< made room for another of the same user
    std::uint64_t foreign_acks = 0;  ///< of dialogs, from where their phones are not: passed over
    std::size_t subscriptions = 0;
    std::uint64_t notifies = 0;               ///< said, since the start
    std::uint64_t subscriptions_refused = 0;  ///< past a limit, since the start
    MessagePost::Counts texts{};
  };
  Counts counts() const;
  /// Every table there is: after the last phone has left all are empty.
  TableSizes tables() const;

 private:
  // -- one for each input (switchboard.cpp)
  void on(sip::Received& input, Instant now);
  void on(const sip::FlowClosed& input, Instant now);
  void on(identity::TokenJudged& input, Instant now);
  void on(const identity::SignedOut& input, Instant now);
  void on(const directory::DirectoryChanged& input, Instant now);
  void on(const directory::BindingsKept& input, Instant now);
  void on(directory::MessagesKept& input, Instant now);
  void on(const directory::ForwardingsKept& input, Instant now);
  void on(const directory::ForwardingChanged& input, Instant now);
  void on(const media::v2::Event& input, Instant now);
  void on(const trunk::DnsTold& input, Instant now);
  void on(const trunk::SourceFound& input, Instant now);
  void on(const contract::EngineLost& input, Instant now);
  void on(const PlanApplied& input, Instant now);
  void on(const WallClock& input, Instant now);
  void on(const TimePassed& input, Instant now);
  void on(const EndAllCalls& input, Instant now);

  void restart_names(const Names::Key& key);

  // -- the stairs (switchboard.cpp)
  call::Turn turn(Instant now);
  /// Passes on what the pieces left for each other until all is said.
  void settle(Instant now, Outbox& out);
  void dispatch_all(Instant now, Outbox& out);
  void dispatch(sip::Output& event, Instant now, Outbox& out);
  void on_response(const sip::ResponseArrived& response, call::Turn& it);
  void on_request_failed(const sip::RequestFailed& failure, call::Turn& it);
  void carry_out_registrar(Instant now, Outbox& out);
  void carry_out_calls(Instant now, Outbox& out);
  void carry_out_texts(Outbox& out);
  /// Colleagues who may pick it up learn what rings there now, and nobody else.
  void tell_ringing(const std::string& extension, Outbox& out);
  void tell_presence(const std::string& extension, Instant now, Outbox& out);
  /// Calls that wait for a phone of this user, or ring, learn which can be reached.
  void tell_contacts(const std::string& extension, call::Turn& it);
  /// The sign-in on this connection ended: it is closed, after its calls.
  void dismiss(const sip::Flow& flow, Instant now, Outbox& out);
  void close_dismissed(Outbox& out);

  // -- requests (requests.cpp)
  /// The gate: what is not admitted here leaves nothing behind.
  void on_request(sip::RequestOffered request, Instant now);
  void on_new_call(sip::RequestOffered request, Instant now);
  /// Who calls; null if the request was answered with a challenge or a refusal.
  const directory::User* caller_of(const sip::RequestOffered& invite, Instant now);
  /// The same for a desk phone, whatever it asks for.
  const directory::User* user_by_digest(const sip::RequestOffered& request, Instant now);
  /// Which of this user's phones that was; see registrar::phone_of().
  std::string phone_that_sent(const sip::Message& request, const sip::Flow& flow,
                              const directory::User& user) const;
  /// Which desk phone of this user that was: its user name; empty for a page.
  std::string device_that_sent(const sip::Message& request, const sip::Flow& flow,
                               const directory::User& user) const;
  void route(call::IncomingCall call, Instant now);
  // -- calls that are there already (pickups.cpp)
  /// An INVITE with Replaces (RFC 3891).
  void replace(call::IncomingCall call, Instant now);
  void pick_up(call::IncomingCall call, const routing::Pickup& pickup, Instant now);
  void take_parked(call::IncomingCall call, const routing::ParkingPlace& place, Instant now);
  /// The leg that rings there, or at any colleague of this caller; zero: none.
  call::LegId ringing_for(std::string_view caller, std::string_view extension) const;
  /// Why this caller may not call anybody now.
  std::optional<call::Outcome> limit_of(const call::IncomingCall& call) const;
  void tell_crowded(const call::IncomingCall& call);
  void respond(const sip::RequestArrived& request, const Objection& answer, Instant now);

  // -- who watches whom (watching.cpp)
  void on_subscribe(sip::RequestOffered request, Instant now);
  void on_resubscribe(sip::RequestOffered request, Instant now);
  bool may_subscribe(const directory::User& user, const sip::RequestOffered& request, Instant now);
  /// The person of the house that the Request-URI names; nothing if the request was answered.
  std::optional<std::string> person_named_in(const sip::RequestOffered& request, Instant now);
  bool may_watch(const Watch& watch, const sip::RequestOffered& request);

  // -- texts between people (texts.cpp)
  void on_text(sip::RequestOffered request, Instant now);

  // -- refusals (refusals.cpp)
  /// Of whoever is not signed in, or does what is no result of a call: docs/refusals.md.
  struct Told {
    refusal::Reason reason;
    std::string_view note = {};
  };
  void tell(const sip::Message& request, const sip::Flow& flow, const Told& told);
  /// The same of somebody whom we know.
  void tell(const sip::RequestArrived& request, const directory::User& user, const Told& told);
  void on_not_served(const sip::Flow& flow, const sip::Message& request, sip::NotServed why);
  /// Answers without a transaction. A request that is too small to be answered is told as such, if
  /// it was not told already.
  enum class Telling : std::uint8_t { done, if_unanswered };
  void answer(const sip::RequestOffered& request, const sip::StatelessAnswer& words,
              Telling telling);
  /// Answers and tells.
  void turn_away(const sip::RequestOffered& request, const sip::StatelessAnswer& words,
                 const Told& told);

  // -- probes (probes.cpp)
  void probe(registrar::Probe& probe, Instant now);
  /// False if that request was no probe.
  bool on_probe_ended(sip::ClientTransactionId transaction, bool is_answered);

  // -- trunks (trunk_calls.cpp)
  trunk::Turn trunk_turn(Instant now) { return {now, endpoint_, random_, sip_out_}; }
  void carry_out_trunks(Instant now, Outbox& out);
  /// An INVITE that came by a trunk, whose word on who calls is taken.
  void on_call_by(const trunk::Trunk& trunk, sip::RequestOffered request, Instant now);
  void on_request_of_trunk(const call::Leg& leg, sip::RequestOffered request, Instant now);
  /// True if that flow may speak in the dialog that a leg has with a trunk.
  bool is_trunk_of(const call::Leg& leg, const sip::Flow& flow) const;

  // -- dialogs (dialogs.cpp)
  void on_request_in_dialog(sip::RequestOffered request, Instant now);
  /// False if the request was answered: a phone changes its calls, or sends people on, too often.
  bool is_in_rate(const call::Leg& leg, const sip::RequestOffered& request, Instant now);
  /// False if the request was answered: with a challenge or a refusal.
  bool speaks_for(const std::string& owner, const sip::RequestOffered& request, Instant now);
  void on_ack(const sip::AckArrived& ack, Instant now);

  friend class testing::Saboteur;  ///< puts faults into it for the simulator to find

  Settings settings_;
  Random& random_;
  sip::Endpoint endpoint_;
  registrar::Registrar registrar_;
  TrunkTable trunks_{settings_};
  HouseNumbers numbers_{{settings_, registrar_, directory_, forwardings_, calls_, trunks_}};
  call::Media media_;
  routing::PlanSnapshot plan_ = std::make_shared<const routing::Plan>();  ///< in force
  feature::ParkingBoard parking_;                                         ///< outlives the calls
  call::CallEngine calls_;
  PresenceBoard presence_;
  RingingBoard ringing_;
  ForwardingBoard forwardings_;
  HouseSights sights_{settings_, calls_, presence_, directory_};
  SubscriptionTable subscriptions_;
  MessagePost texts_;
  registrar::PhoneRate new_calls_;
  registrar::PhoneRate refreshes_;
  registrar::PhoneRate new_subscriptions_;
  registrar::PhoneRate new_texts_;
  directory::DirectorySnapshot directory_;
  UnixSeconds wall_{};
  Instant wall_set_at_{};

  std::uint64_t foreign_acks_ = 0;
  std::uint64_t subscriptions_refused_ = 0;
  std::unordered_map<sip::ClientTransactionId, registrar::ProbeId> probes_;  ///< under way
  std::unordered_set<sip::Flow> kept_;       ///< connections of phones that call, not register
  std::unordered_set<sip::Flow> dismissed_;  ///< signed out, and still needed by a call

  // What the parts left in this turn.
  sip::Outbox sip_out_;
  registrar::Outbox registrar_out_;
  call::Outbox call_out_;
};

}  // namespace dering::switchboard
