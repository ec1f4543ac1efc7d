// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "sim/ledger.h"
#include "testing/phone.h"

namespace dering::sim {

class World;

/// A phone with a person in front of it, who calls, cancels, answers, declines, ignores, hangs up,
/// loses the connection, reloads the page and comes back at random moments. Honest: what goes wrong
/// here, people do.
class Person final : public testing::Phone {
 public:
  Person(World& world, std::string extension, testing::PhoneKind kind);

  /// Switches the phone on; from now on the person acts until rest().
  void start();
  /// Nobody touches it any more; what rings is left to ring.
  void rest() { is_active_ = false; }
  void hang_up_all();
  void resume_all();

  void on_closed() override;

 private:
  void act();
  void act_later();
  void act_on(PhoneCall& call);
  void lose_connection();
  void answer_or_not(std::uint64_t call);
  void watch_ringing(std::uint64_t call, bool was_doubtful);
  void come_back(Duration earliest);

  void on_ringing(const PhoneCall& call) override;
  void on_outcome(const PhoneCall& call, const std::string& word) override;
  void on_unknown(const PhoneCall& call) override;
  bool loses(const sip::Message& message) override;

  World& sim_;
  bool is_active_ = true;
  std::map<std::uint64_t, Ledger::AttemptId> attempts_;  ///< by call
};

}  // namespace dering::sim
