// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "call/turn.h"

namespace dering::call {

class Leg;

/// Hold in a sealed call, of one leg. The engine has no key: the page of who is held is told by an
/// offer of ours and plays its own tune. An offer that meets one of the page's comes again. A
/// machine; signalling thread.
class SealedHold {
 public:
  /// This leg's phone holds the other one.
  bool is_mine() const { return is_mine_; }
  void set_mine(bool is_mine) { is_mine_ = is_mine; }

  /// After each input: tells the leg's phone whether it is held, if that is news. Gives when it
  /// wants to be asked again.
  std::optional<Instant> settle(Leg& leg, bool is_held, Turn& turn);
  /// What became of the offer.
  void on_offered(Leg& leg, int status, std::string_view answer, Turn& turn);
  /// Its phone may not know any more that it is held.
  void on_forgotten() { is_told_ = false; }

 private:
  bool is_mine_ = false;
  bool is_told_ = false;  ///< its phone was told that it is held
  bool offered_ = false;  ///< what the last offer of ours told it
  /// What it was to be told and refused: it is not asked again for the same.
  std::optional<bool> refused_;
  std::optional<Instant> retry_at_;
  unsigned tries_ = 0;  ///< that came at a wrong moment, one after the other
};

/// What we said in an offer that asked for any role, once the answer said which one the browser
/// has: ours is the other.
std::string with_role(const std::string& said, std::string_view answer);

}  // namespace dering::call
