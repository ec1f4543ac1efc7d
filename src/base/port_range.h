// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace dering {

/// UDP ports from the first to the last, "20000-20999"; "0-99" stands for a hundred wherever they
/// are free.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  static std::optional<PortRange> from_text(std::string_view text) {
    const auto first = to_number<std::uint16_t>(take_until(text, '-'));
    const auto last = to_number<std::uint16_t>(text);
    if (!first || !last || *last <= *first) return std::nullopt;
    return PortRange{*first, *last};
  }
  std::string text() const { return std::to_string(first) + "-" + std::to_string(last); }
  bool contains(std::uint16_t port) const { return first <= port && port <= last; }
};

}  // namespace dering
