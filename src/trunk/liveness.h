// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/instant.h"

namespace dering::trunk {

/// Whether a server of a trunk is there, by what it says: OPTIONS of ours, and every other request.
/// One datagram that is lost says nothing of a server, so it takes three silences in a row; any
/// final response but 503 shows that it lives. A value.
class Liveness {
 public:
  enum class State : std::uint8_t { unknown, up, down };
  static constexpr int silences_of_death = 3;
  static constexpr std::chrono::seconds soon{5};  ///< after a silence, and while it is down

  explicit Liveness(std::chrono::seconds pause) : pause_(pause) {}

  State state() const { return state_; }
  /// Of the last probe that was answered.
  std::optional<Duration> round_trip() const { return round_trip_; }
  /// When it changed last.
  Instant since() const { return since_; }

  bool is_due(Instant now) const { return !asked_at_ && next_ <= now; }
  std::optional<Instant> next_deadline() const {
    return asked_at_ ? std::nullopt : std::optional(next_);
  }
  /// A probe has left.
  void on_asked(Instant now) { asked_at_ = now; }
  /// A final response to the probe.
  void on_probe_answered(int status, Instant now);
  /// The probe came to no end.
  void on_probe_silent(Instant now);
  /// What a request of somebody's call told: answered, or silent.
  void on_request_answered(int status, Instant now);
  void on_request_silent(Instant now) { on_silence(now); }

 private:
  void on_life(Instant now);
  void on_silence(Instant now);
  void become(State state, Instant now);

  std::chrono::seconds pause_;
  State state_ = State::unknown;
  int silences_ = 0;
  Instant since_{};
  Instant next_{};
  std::optional<Instant> asked_at_;
  std::optional<Duration> round_trip_;
};

}  // namespace dering::trunk
