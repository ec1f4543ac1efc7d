// SPDX-License-Identifier: Apache-2.0
#include "sdp/inactive_answer.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "sdp/description.h"
#include "sdp/reading.h"

namespace dering::sdp {
namespace {

constexpr std::uint16_t discard_port = 9;
constexpr std::string_view nowhere = "IN IP4 0.0.0.0";

/// The o= line of what was said last, one version on (RFC 3264 §8).
std::string next_origin(std::string_view previous) {
  const auto description = SessionDescription::parse(previous);
  std::string_view rest = description ? std::string_view(description->lines[1].value) : "- 1 0";
  const std::string_view user = take_until(rest, ' ');
  const std::string_view id = take_until(rest, ' ');
  const auto version = to_number<std::uint64_t>(take_until(rest, ' ')).value_or(0);
  return fmt::format("{} {} {} {}", user, id, version + 1, rest.empty() ? nowhere : rest);
}

void silence(MediaSection& section) {
  std::erase_if(section.lines, [](const Line& line) { return line.type == 'c'; });
  if (section.is_rejected()) return;
  section.port = discard_port;
  section.port_count = 1;
  set_direction(section, Direction::inactive);
}

}  // namespace

std::optional<std::string> inactive_answer(std::string_view offer, std::string_view previous) {
  if (offer.empty()) return std::string(previous);
  auto description = SessionDescription::parse(offer);
  if (!description) return std::nullopt;
  description->lines[1].value = next_origin(previous);
  std::erase_if(description->lines, [](const Line& line) { return line.type == 'c'; });
  description->lines.insert(description->lines.begin() + 3, Line{'c', std::string(nowhere)});
  for (MediaSection& section : description->media) silence(section);
  return description->text();
}

}  // namespace dering::sdp
