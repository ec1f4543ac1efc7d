// SPDX-License-Identifier: Apache-2.0
#include "call/page_line.h"

#include <algorithm>

#include "base/text.h"

namespace dering::call {
namespace {

/// More would be no call.
constexpr std::uint64_t most_packets = 1'000'000'000;
constexpr std::uint32_t least_level = 127;  ///< RFC 6464: silence

template <class Number>
bool take(std::string_view value, Number& target) {
  const auto number = to_number<Number>(value);
  if (number) target = *number;
  return number.has_value();
}

bool take(std::string_view name, std::string_view value, PageLine& line) {
  if (name == "received") return take(value, line.received);
  if (name == "lost") return take(value, line.lost);
  if (name == "jitter") return take(value, line.jitter);
  if (name == "round-trip") return take(value, line.round_trip);
  if (name == "level") return take(value, line.level);
  return true;
}

}  // namespace

std::optional<PageLine> parse_page_line(std::string_view body) {
  PageLine line;
  while (!body.empty()) {
    std::string_view field = take_until(body, ';');
    const std::string_view name = take_until(field, '=');
    if (!take(name, field, line)) return std::nullopt;
  }
  line.received = std::min(line.received, most_packets);
  line.lost = std::min(line.lost, most_packets);
  line.level = std::min(line.level, least_level);
  return line;
}

}  // namespace dering::call
