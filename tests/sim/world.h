// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/knobs.h"
#include "sim/ledger.h"
#include "sim/person.h"
#include "testing/world.h"

namespace dering::sim {

/// A world with delay, loss, crashes and people. A run: the people do what people do for two
/// minutes, then nothing new happens until all timers have run out, then everybody hangs up, then
/// everybody goes home; the invariants are checked at each of these stops.
class World final : public testing::World {
 public:
  World(std::uint64_t seed, Plant plant, bool is_traced);

  void run();
  std::size_t call_count() const { return ledger_.attempts(); }

  // -- for the people
  Ledger& ledger() { return ledger_; }
  const Knobs& knobs() const { return knobs_; }
  /// A number that somebody might dial.
  std::string some_number(std::string_view own);
  /// True if a phone of `caller` waits for `callee` to answer.
  bool somebody_calls(std::string_view caller, std::string_view callee) const;

 private:
  World(std::uint64_t seed, Plant plant, bool is_traced, Knobs knobs);

  Duration delay() override;
  Duration notices_after() override;
  Duration judging_takes() override;
  unsigned copies() override;
  bool swallows(const switchboard::Output& output) override;
  bool swallows(const testing::Engine::Result::Packet& packet) override;
  void on_trace(std::string_view line) override;
  void on_record(const directory::CallRecord& record) override;

  void populate();
  void plan_troubles();
  void sign_somebody_out();

  void check_presence();
  void check_at_rest();
  void check_after_hang_up();
  void check_after_leaving();

  Knobs knobs_;
  Plant plant_;
  bool is_traced_;
  Ledger ledger_;
  std::vector<std::unique_ptr<Person>> people_;
};

}  // namespace dering::sim
