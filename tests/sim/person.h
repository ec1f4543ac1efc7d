// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/knobs.h"
#include "sim/ledger.h"
#include "testing/phone.h"

namespace dering::sim {

class World;

/// A phone with a person in front of it, who calls, cancels, answers, declines, ignores, hangs up,
/// sends people on, takes calls that ring elsewhere, loses the connection, reloads the page and
/// comes back at random moments. Honest: what goes wrong here, people do.
class Person final : public testing::Phone {
 public:
  Person(World& world, std::string extension, testing::PhoneKind kind);

  /// Switches the phone on; from now on the person acts until rest().
  void start();
  /// Nobody touches it any more; what rings is left to ring.
  void rest() { is_active_ = false; }
  enum class Whose : std::uint8_t { own, all };
  /// Those it has made, or all.
  void hang_up_all(Whose whose = Whose::own);
  void resume_all();

  void on_closed() override;

 private:
  void act();
  void act_later();
  void act_on(PhoneCall& call);
  void call_somebody();
  void note_attempt(const PhoneCall& call, Ledger::Kind kind);
  /// By number, or in place of the other call of this phone; or asks somebody first.
  void send_on(PhoneCall& call);
  Duration answers_after();
  /// Draws nothing where it never happens: such worlds stay what they were.
  bool does_now_and_then(unsigned percent) { return percent > 0 && chance(random(), percent); }
  void lose_connection();
  void answer_or_not(std::uint64_t call);
  void watch_ringing(std::uint64_t call, unsigned doubts);
  void come_back(Duration earliest);

  // -- the calls of a page that was loaded anew (person_pages.cpp)
  /// A call that the page had which this one has taken the place of.
  struct Left {
    sip::Dialog dialog;
    sip::Replaces name;
    bool is_on_hold;
    Instant since;
    std::uint64_t asking = 0;  ///< the call that shall take its place; 0: none yet
  };
  void load_anew();
  /// The person may have had to allow the microphone, or hangs up before.
  void come_back_into_calls();
  void come_back_into(Left& left);
  void on_asked(std::uint64_t call, bool is_settled);

  void on_ringing(const PhoneCall& call) override;
  void on_outcome(const PhoneCall& call, const std::string& word) override;
  void on_unknown(const PhoneCall& call) override;
  void on_transfer_accepted(std::uint64_t call) override;
  bool loses(const sip::Message& message) override;

  World& sim_;
  bool is_active_ = true;
  std::map<std::uint64_t, Ledger::AttemptId> attempts_;  ///< by call
  std::vector<Left> left_;
};

}  // namespace dering::sim
