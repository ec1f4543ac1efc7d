// SPDX-License-Identifier: Apache-2.0
#include "call/parting_word.h"

#include <fmt/format.h>

#include "base/text.h"
#include "call/leg.h"
#include "sip/message/fields.h"

namespace dering::call {
namespace {

constexpr std::string_view miscellaneous = "399";  // RFC 3261 §20.43

/// Of UTF-8: the bytes after the first of a character.
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Bytes of the control character (Unicode's category Cc) at `at`; 0 where there is none.
std::size_t control_at(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c < 0x20 || c == 0x7F) return 1;
  const bool is_upper =
      c == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
  return is_upper ? 2 : 0;
}

/// Of UTF-8.
std::string one_line(std::string_view text) {
  std::string line;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t bytes = control_at(text, at)) {
      at += bytes;
      continue;
    }
    if (!is_continuation(text[at]) && length++ == longest_parting_word) break;
    line += text[at++];
  }
  return line;
}

}  // namespace

std::string parting_word_in(std::string_view warning) {
  for (std::string_view value : sip::split_list(warning)) {
    value = trimmed(value);
    if (take_until(value, ' ') != miscellaneous) continue;
    take_until(value, ' ');  // who warns
    const std::string_view quoted = trimmed(value);
    if (!quoted.starts_with('"') || !is_utf8(quoted)) return {};
    return one_line(sip::unquoted(quoted));
  }
  return {};
}

std::string parting_word_of(const Leg& leg) {
  const bool is_page = profile_of(leg.flow()) == MediaProfile::webrtc;
  const bool has_declined = is_page && leg.failure() == Outcome::declined;
  return has_declined ? parting_word_in(leg.refusal().warning) : std::string();
}

std::string warning_with(std::string_view parting_word) {
  if (parting_word.empty()) return {};
  return fmt::format("{} dering {}", miscellaneous, sip::quoted_string(parting_word));
}

}  // namespace dering::call
