// SPDX-License-Identifier: Apache-2.0
#include "call/info_digit.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "sip/message/media_type.h"

namespace dering::call {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_body = 256;
constexpr Duration usual_duration = 160ms;
constexpr Duration shortest_duration = 40ms;
constexpr Duration longest_duration = 8s;
constexpr std::string_view keys = "0123456789*#ABCD";
constexpr unsigned flash = 16;  ///< RFC 4733 §3.2

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

/// A key as people see it, or as the number of its telephone-event: "10" is the star.
std::optional<InfoDigit> key_of(std::string_view text) {
  if (text.size() == 1) {
    if (text == "!") return InfoDigit{std::nullopt, usual_duration};
    const char key = upper(text[0]);
    return keys.find(key) == std::string_view::npos ? std::nullopt
                                                    : std::optional(InfoDigit{key, usual_duration});
  }
  const auto event = text.size() == 2 ? to_number<unsigned>(text) : std::nullopt;
  if (!event || *event > flash) return std::nullopt;
  if (*event == flash) return InfoDigit{std::nullopt, usual_duration};
  return InfoDigit{keys[*event], usual_duration};
}

Duration duration_of(std::string_view text) {
  const auto milliseconds = to_number<std::uint32_t>(text);
  if (!milliseconds) return usual_duration;
  return std::clamp<Duration>(std::chrono::milliseconds(*milliseconds), shortest_duration,
                              longest_duration);
}

std::optional<InfoDigit> parse_relay(std::string_view body) {
  std::optional<InfoDigit> digit;
  Duration duration = usual_duration;
  while (!body.empty()) {
    std::string_view line = take_until(body, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view name = trimmed(take_until(line, '='));
    const std::string_view value = trimmed(line);
    if (equals_ignoring_case(name, "signal")) {
      if (digit) return std::nullopt;  // which one was meant?
      digit = key_of(value);
      if (!digit) return std::nullopt;
    } else if (equals_ignoring_case(name, "duration")) {
      duration = duration_of(value);
    }
  }
  if (digit) digit->duration = duration;
  return digit;
}

std::string_view without_line_ends(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return trimmed(text);
}

}  // namespace

std::optional<InfoForm> info_form(std::string_view content_type) {
  if (sip::is_media_type(content_type, "application/dtmf-relay")) return InfoForm::relay;
  if (sip::is_media_type(content_type, "application/dtmf")) return InfoForm::bare;
  return std::nullopt;
}

std::optional<InfoDigit> parse_info_digit(InfoForm form, std::string_view body) {
  if (body.size() > longest_body) return std::nullopt;
  switch (form) {
    case InfoForm::relay:
      return parse_relay(body);
    case InfoForm::bare:
      return key_of(without_line_ends(body));
  }
  return std::nullopt;
}

}  // namespace dering::call
