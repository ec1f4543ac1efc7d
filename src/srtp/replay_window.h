// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace dering::srtp {

/// Which of the last packets have come (RFC 3711 §3.3.2). Whoever asks is_new() calls note() only
/// once the packet has been authenticated.
class ReplayWindow {
 public:
  static constexpr std::size_t size = 128;

  /// The highest index noted, or 0.
  std::uint64_t highest() const { return highest_; }

  /// False for a packet that came before, or that is too old to tell.
  bool is_new(std::uint64_t index) const {
    if (index > highest_) return true;
    const std::uint64_t age = highest_ - index;
    return age < size && !seen_[age];
  }

  void note(std::uint64_t index) {
    if (index > highest_) {
      const std::uint64_t ahead = index - highest_;
      seen_ = ahead < size ? seen_ << ahead : std::bitset<size>();
      highest_ = index;
    }
    seen_[highest_ - index] = true;
  }

 private:
  std::uint64_t highest_ = 0;
  std::bitset<size> seen_;  ///< by age: bit 0 is the highest index
};

}  // namespace dering::srtp
