// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dering::srtp {

/// What is kept of each source (SSRC) under one key, for at most `capacity` of them: so few that a
/// walk is the fastest search. Never forgets one, or its packets could be replayed.
template <class State>
class SourceTable {
 public:
  static constexpr std::size_t capacity = 8;

  /// Null if the source is not known.
  State* find(std::uint32_t ssrc) {
    for (std::size_t i = 0; i < size_; ++i) {
      if (ssrcs_[i] == ssrc) return &states_[i];
    }
    return nullptr;
  }
  bool is_full() const { return size_ == capacity; }
  /// The source must not be known, and the table must not be full.
  State& add(std::uint32_t ssrc) {
    ssrcs_[size_] = ssrc;
    return states_[size_++];
  }

 private:
  std::array<std::uint32_t, capacity> ssrcs_{};
  std::array<State, capacity> states_{};
  std::size_t size_ = 0;
};

}  // namespace dering::srtp
