// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"

namespace dering {

/// One kind of line that strangers can cause: at most one a second gets into the log, with the
/// number of those that were held back since the last. A pure value.
class CappedLine {
 public:
  /// The line to write, or nothing.
  std::optional<std::string> on(std::string_view sentence, Instant now) {
    if (last_ && now < *last_ + std::chrono::seconds(1)) {
      ++held_back_;
      return std::nullopt;
    }
    last_ = now;
    const std::size_t more = std::exchange(held_back_, 0);
    if (more == 0) return std::string(sentence);
    return fmt::format("{} (and {} more of this kind since the last such line)", sentence, more);
  }

 private:
  std::optional<Instant> last_;
  std::size_t held_back_ = 0;
};

}  // namespace dering
