// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/instant.h"
#include "base/log.h"

namespace dering {

/// Lets one line of a kind into the log each second, however often strangers cause it, and counts
/// the others. Folders in which strangers cause lines have no other way to the log: see
/// tools/layers.txt. One thread.
class LogGate {
 public:
  static constexpr Duration pause = std::chrono::seconds(1);

  template <class... Args>
  void info(Instant now, fmt::format_string<Args...> format, Args&&... args) {
    if (const auto more = pass(now)) {
      log::write(log::Level::info, fmt::format(format, std::forward<Args>(args)...) + *more);
    }
  }
  template <class... Args>
  void warning(Instant now, fmt::format_string<Args...> format, Args&&... args) {
    if (const auto more = pass(now)) {
      log::write(log::Level::warning, fmt::format(format, std::forward<Args>(args)...) + *more);
    }
  }
  template <class... Args>
  void error(Instant now, fmt::format_string<Args...> format, Args&&... args) {
    if (const auto more = pass(now)) {
      log::write(log::Level::error, fmt::format(format, std::forward<Args>(args)...) + *more);
    }
  }

  /// The end of the line to write: empty, or how many like it were left out since the last one.
  /// Nothing: write none.
  std::optional<std::string> pass(Instant now) {
    // A clock that was set back must not silence it until it is where it was.
    if (last_ && now >= *last_ && now - *last_ < pause) {
      ++left_out_;
      return std::nullopt;
    }
    last_ = now;
    const std::size_t more = std::exchange(left_out_, 0);
    return more == 0 ? std::string() : " (and " + std::to_string(more) + " more like it)";
  }

 private:
  std::optional<Instant> last_;
  std::size_t left_out_ = 0;
};

}  // namespace dering
