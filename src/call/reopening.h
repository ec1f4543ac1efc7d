// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.h"
#include "call/leg.h"
#include "call/media_bridge.h"
#include "call/turn.h"

namespace dering::call {

/// How the sound of a call that talks goes on after the media engine died: it waits for the next
/// engine, opens the same ports there, and offers anew to each phone that must send elsewhere or
/// shake hands again. Where all stayed as it was, phones need not be asked: so it is with RTP whose
/// keys are ours to tell, and between sealed pages. All of it within bounds of time. A machine;
/// signalling thread.
class Reopening {
 public:
  enum class State : std::uint8_t {
    none,
    waiting,   ///< for an engine
    offering,  ///< phones are told
    failed,    ///< the sound cannot come back
  };

  /// How long a call waits for the next engine, and then for its phones.
  static constexpr Duration engine_patience = std::chrono::seconds(10);
  static constexpr Duration phone_patience = std::chrono::seconds(20);

  State state() const { return state_; }

  void on_lost(const MediaBridge& bridge, std::span<const LegId> legs, Turn& turn);
  /// A phone that talks must send elsewhere: it is made an offer, which has to be answered in time.
  void on_moved(Turn& turn);
  /// There is an engine, which knows nothing of the call.
  void on_ready(MediaBridge& bridge, std::span<const LegId> legs, Turn& turn);
  /// After each input.
  void settle(std::span<const LegId> legs, Turn& turn);
  std::optional<Instant> next_deadline() const { return earlier(gives_up_at_, retry_at_); }

 private:
  static bool reopen(MediaBridge& bridge, Leg& leg, Turn& turn);
  void fail();

  State state_ = State::none;
  std::optional<Instant> gives_up_at_;
  std::optional<Instant> retry_at_;
};

}  // namespace dering::call
