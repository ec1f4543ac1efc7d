// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "base/instant.h"
#include "call/leg.h"
#include "call/media_bridge.h"
#include "call/turn.h"

namespace dering::call {

/// Who hears whom in one call, by what all its phones want, and what the others are given to hear
/// instead. Has no state of hold: that is what each leg agreed on. Signalling thread.
class Hearing {
 public:
  explicit Hearing(const MediaBridge& bridge) : bridge_(bridge) {}

  /// The first leg hears this one, which has not answered yet.
  void begin_early(const Leg& callee) { early_leg_ = callee.id(); }
  void end_early() { early_leg_ = {}; }
  /// Nobody is there but the first leg, which hears this.
  void play_alone(Playing what) { alone_ = what; }

  /// Once after each input.
  void settle(std::span<const LegId> legs, Turn& turn);
  std::optional<Instant> next_deadline() const { return retry_at_; }
  /// False for a phone that holds or is held: its silence means nothing.
  static bool expects_sound(const Leg& leg);
  static void send_digit(const Leg& to, char digit, Duration duration, Turn& turn);

 private:
  void place(Leg& leg, Playing while_waiting, Turn& turn) const;

  const MediaBridge& bridge_;
  LegId early_leg_{};
  Playing alone_ = Playing::nothing;
  std::optional<Instant> retry_at_;
};

/// Who is heard by the leg; null: nobody, or the engine has no key of it.
const Leg* heard_by(const Leg& leg, const Turn& turn);

}  // namespace dering::call
