// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace dering {

/// How much of something found no room since the start. The name is static text.
struct Overflow {
  std::string_view name;
  std::uint64_t count = 0;
};

/// Looks at counts of what found no room and says so, once a minute at most and only where they
/// have grown. A pure value; one thread.
class OverflowWatch {
 public:
  static constexpr Duration pause = std::chrono::minutes(1);

  /// The line to write, or nothing. Always of the same counts, in the same order.
  std::optional<std::string> look(std::span<const Overflow> counts, Instant now) {
    told_.resize(counts.size(), 0);
    std::string grown;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const auto& [name, count] = counts[i];
      if (count <= told_[i]) continue;
      grown +=
          fmt::format("{}{} {} (+{})", grown.empty() ? "" : ", ", name, count, count - told_[i]);
    }
    // A clock that was set back must not silence it until it is where it was.
    const bool is_soon = last_ && now >= *last_ && now - *last_ < pause;
    due_ = grown.empty() || !is_soon ? std::nullopt : std::optional(*last_ + pause);
    if (grown.empty() || is_soon) return std::nullopt;
    last_ = now;
    for (std::size_t i = 0; i < counts.size(); ++i) told_[i] = counts[i].count;
    return "no room for all that came, counted since the start: " + grown;
  }

  /// When to look again, although nothing happens: there is something to say that had to wait.
  std::optional<Instant> next_deadline() const { return due_; }

 private:
  std::vector<std::uint64_t> told_;
  std::optional<Instant> last_;
  std::optional<Instant> due_;
};

}  // namespace dering
