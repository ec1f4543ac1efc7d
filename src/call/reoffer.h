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

  /// A page that keeps its keys for as long as a dialog lasts is offered others in a new one, which
  /// takes the place of that (RFC 3891).
  enum class How : std::uint8_t { in_dialog, in_new_dialog };

  State state() const { return state_; }
  /// It is to be told in a new dialog, and has not been.
  bool is_in_new_dialog() const { return !is_done() && how_ == How::in_new_dialog; }
  /// All is told that was to be told.
  bool is_done() const { return state_ == State::none; }

  /// The end's session has what is to be offered. An answer to an earlier offer counts no more.
  void want(How how = How::in_dialog);
  /// After each input. Gives when it wants to be asked again.
  std::optional<Instant> settle(Leg& leg, Turn& turn);
  /// What became of the offer.
  void on_offered(Leg& leg, int status, std::string_view answer, Turn& turn);
  /// The engine has the keys of the phone.
  void on_secured();

 private:
  State state_ = State::none;
  How how_ = How::in_dialog;
  std::optional<Instant> retry_at_;
  unsigned tries_ = 0;
};

}  // namespace dering::call
