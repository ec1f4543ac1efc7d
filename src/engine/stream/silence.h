// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/instant.h"
#include "ice/lite_agent.h"

namespace dering::engine {

/// Whether a phone with keys is heard while it should be: what is held or has not been connected is
/// never silent. Told once after 5 s and once after 30 s. A pure machine; one thread.
class Silence {
 public:
  enum class State : std::uint8_t { unheard, heard, silent, lost };

  /// Something authenticated came. True if nothing did before.
  bool on_packet(Instant now) {
    since_ = now;
    if (state_ == State::heard) [[likely]]
      return false;
    state_ = State::heard;
    return true;
  }
  void expect(bool expected, Instant now) {
    if (std::exchange(is_expected_, expected) == expected || !expected) return;
    // Nothing was asked of it before.
    since_ = now;
    if (state_ != State::heard) state_ = State::unheard;
  }

  /// The silence that has lasted long enough by now, if it has not been told yet.
  std::optional<std::chrono::seconds> on_time(Instant now) {
    const auto due = next_deadline();
    if (!due || now < *due) return std::nullopt;
    const bool is_first = state_ != State::silent;
    state_ = is_first ? State::silent : State::lost;
    return std::chrono::duration_cast<std::chrono::seconds>(is_first ? ice::silent_after
                                                                     : ice::lost_after);
  }
  std::optional<Instant> next_deadline() const {
    if (!is_expected_) return std::nullopt;
    switch (state_) {
      case State::unheard:
      case State::heard:
        return since_ + ice::silent_after;
      case State::silent:
        return since_ + ice::lost_after;
      case State::lost:
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  Instant since_{};
  State state_ = State::unheard;
  bool is_expected_ = false;
};

}  // namespace dering::engine
