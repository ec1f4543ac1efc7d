// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitor/ladder.h"
#include "recording/recorder.h"
#include "sim/bridges.h"
#include "sim/knobs.h"
#include "sim/ledger.h"
#include "sim/person.h"
#include "sim/referrals.h"
#include "sim/tunes.h"
#include "testing/saboteur.h"
#include "testing/world.h"

namespace dering::sim {

/// What else than its seed decides about a world.
struct Order {
  Plant plant = Plant::none;
  std::vector<std::pair<unsigned Knobs::*, unsigned>> set_knobs{};  ///< against the seed's will
  bool is_traced = false;
  bool has_ladder = false;
  std::optional<Duration> records_from{};  ///< since when its inputs are written down
};
/// What a seed and an order make of the knobs.
Knobs knobs_of(std::uint64_t seed, const Order& order);

/// A world with delay, loss, crashes and people. A run: the people do what people do for two
/// minutes, then nothing new happens until all timers have run out, then everybody hangs up, then
/// everybody goes home; the invariants are checked at each of these stops.
class World final : public testing::World {
 public:
  World(std::uint64_t seed, const Order& order);

  void run();
  std::size_t call_count() const { return ledger_.attempts(); }
  /// How often somebody was sent on.
  std::size_t transfer_count() const { return referrals_.accepted().size(); }

  // -- for the people
  Ledger& ledger() { return ledger_; }
  const Knobs& knobs() const { return knobs_; }
  /// A number that somebody might dial.
  std::string some_number(std::string_view own);
  /// What rings at somebody comes to whoever dials this; now and then nothing rings.
  std::string number_that_picks_up();
  /// Where somebody waits; now and then another one. Empty: nobody waits.
  std::string parking_place();
  /// Names a call that another phone of this one's person has.
  std::optional<sip::Replaces> dialog_of_another(const Person& person) const;
  /// After how many looks in a row, 15 s apart, a phone rings for nobody.
  unsigned doubts_allowed() const { return is_plain() ? 2 : 5; }
  /// The messages of this world, if the order asks for a ladder.
  const monitor::Ladder& ladder() const { return ladder_; }
  /// All that the switchboard took, if the order asks for it: recording/replay.h plays it again.
  const std::string& recording() const { return recording_; }
  /// True if a phone of `caller` waits for `callee` to answer; where calls go on to others, if one
  /// is in a call at all.
  bool somebody_calls(std::string_view caller, std::string_view callee) const;
  /// None of that person's phones is a desk phone.
  bool has_browsers_alone(std::string_view extension) const;

 private:
  World(std::uint64_t seed, const Order& order, Knobs knobs);

  Duration delay() override;
  Duration notices_after() override;
  Duration judging_takes() override;
  unsigned copies() override;
  bool swallows(const switchboard::Output& output) override;
  bool swallows(const testing::Engine::Result::Packet& packet) override;
  std::optional<std::uint64_t> refuses(const media::v2::Command& command) override;
  void on_refusing(std::uint64_t command) override;
  void on_refused(std::uint64_t command) override;
  void on_trace(std::string_view line) override;
  void on_message(const testing::Phone& phone, testing::Way way, std::string_view bytes) override;
  void on_event(std::string_view sentence) override;
  bool is_bye_said_again(const sip::Send& send);
  void on_record(const directory::CallRecord& record) override;

  void on_input(const switchboard::Input& input, bool is_due) override;
  void on_outputs(const switchboard::Outbox& outputs) override;

  void hang_up_the_called();
  void populate();
  void begin_recording();
  void plan_troubles();
  void sign_somebody_out();
  void forward_somebody();
  /// Who is called is who rings, and who calls is who is there.
  bool is_plain() const { return knobs_.transfer_percent == 0 && knobs_.forwardings == 0; }
  directory::CallRecord with_plant(directory::CallRecord record) const;

  void check_presence();
  void check_pairs();
  void check_parking();
  void check_absences();
  void check_at_rest();
  void check_after_hang_up();
  void check_after_leaving();

  Knobs knobs_;
  Order order_;
  monitor::Ladder ladder_;
  std::map<std::string, sip::Flow, std::less<>> byes_;  ///< where each call was ended first
  Bridges bridges_;
  std::optional<std::uint64_t> rung_without_;  ///< the bridge of the port that is being refused
  testing::Saboteur saboteur_{switchboard()};
  std::vector<testing::Saboteur::ForgottenEntry> forgotten_;
  directory::DirectorySnapshot directory_;
  bool has_engine_ = true;
  std::optional<recording::Recorder> recorder_;
  std::string recording_;
  Ledger ledger_;
  Referrals referrals_;
  Tunes tunes_;
  /// What pages were told last of the calls that their person has parked.
  std::map<std::string, std::vector<directory::ParkedCall>> parked_;
  /// What pages were told last of the phone of whom they talk with: who is told, and of whom.
  std::map<std::pair<std::string, std::string>, directory::LineChanged::Away> absences_;
  std::vector<std::unique_ptr<Person>> people_;
};

}  // namespace dering::sim
