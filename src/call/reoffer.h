// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.h"
#include "call/turn.h"

namespace dering::call {

class Leg;

/// An offer of ours to a phone that talks with the engine, because our side of it has changed: made
/// as soon as it may be, and again where it met one of the phone's. A machine; signalling thread.
class Reoffer {
 public:
  enum class State : std::uint8_t {
    none,
    wanted,    ///< to be made
    made,      ///< the phone has not answered yet
    securing,  ///< the phone has answered, its keys are still to come (DTLS)
    refused,
  };

  State state() const { return state_; }
  /// All is told that was to be told.
  bool is_done() const { return state_ == State::none; }

  /// The end's session has what is to be offered. An answer to an earlier offer counts no more.
  void want();
  /// After each input. Gives when it wants to be asked again.
  std::optional<Instant> settle(Leg& leg, Turn& turn);
  /// What became of the offer.
  void on_offered(Leg& leg, int status, std::string_view answer, Turn& turn);
  /// The engine has the keys of the phone.
  void on_secured();

 private:
  State state_ = State::none;
  std::optional<Instant> retry_at_;
  unsigned tries_ = 0;
};

}  // namespace dering::call
