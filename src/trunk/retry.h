// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/instant.h"
#include "base/random.h"

namespace dering::trunk {

/// The pause before what failed is tried again: it doubles with each failure, and two exchanges
/// that failed together do not come back together (RFC 5626 §4.5). A value.
class Retry {
 public:
  using seconds = std::chrono::seconds;
  /// What a provider may mend at any moment: it is away, or overloaded.
  static constexpr seconds first_away{5};
  static constexpr seconds longest_away{300};
  /// What only people mend. Asking often would have our address banned.
  static constexpr seconds first_refused{60};
  static constexpr seconds longest_refused{3'600};

  void succeed() { failures_ = 0; }
  Duration after_away(std::optional<seconds> asked_for, Random& random) {
    return pause(first_away, longest_away, asked_for, random);
  }
  Duration after_refused(std::optional<seconds> asked_for, Random& random) {
    return pause(first_refused, longest_refused, asked_for, random);
  }

 private:
  /// Between a half and the whole of what is due, and never less than was asked for.
  Duration pause(seconds first, seconds longest, std::optional<seconds> asked_for, Random& random) {
    const seconds whole = std::min(longest, first * (1 << std::min(failures_, 10)));
    ++failures_;
    const auto half = std::chrono::milliseconds(whole) / 2;
    const Duration due = half + std::chrono::milliseconds(
                                    random.below(static_cast<std::uint64_t>(half.count()) + 1));
    return std::max<Duration>(due, std::min(asked_for.value_or(seconds{0}), longest_refused));
  }

  int failures_ = 0;
};

}  // namespace dering::trunk
