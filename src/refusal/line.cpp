// SPDX-License-Identifier: Apache-2.0
#include "refusal/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dering::refusal {
namespace {

bool is_plain(char c) {
  constexpr std::string_view signs = "._@+:~/-";
  const char lower = to_lower(c);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || signs.find(c) != signs.npos;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_within(std::string_view character, std::string_view first, std::string_view last) {
  return character >= first && character <= last;
}

/// Of well-formed UTF-8: C1 controls, and what is not seen but changes what is: marks of direction,
/// joiners, separators of lines, the byte order mark.
bool hides(std::string_view character) {
  return is_within(character, "\xc2\x80", "\xc2\x9f") || character == "\xd8\x9c" ||
         is_within(character, "\xe2\x80\x8b", "\xe2\x80\x8f") ||
         is_within(character, "\xe2\x80\xa8", "\xe2\x80\xae") ||
         is_within(character, "\xe2\x81\xa0", "\xe2\x81\xaf") || character == "\xef\xbb\xbf";
}

bool shows_itself(std::string_view text) {
  if (!is_utf8(text) || std::ranges::any_of(text, is_control)) return false;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
    if (hides(text.substr(0, size))) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace

std::string_view name_of(Ban ban) {
  switch (ban) {
    case Ban::may:
      return "may";
    case Ban::harmless:
      return "harmless";
    case Ban::unproven:
      return "unproven";
    case Ban::friend_:
      return "friend";
  }
  return "";
}

Ban ban_for(const Refusal& refusal, bool is_friend) {
  switch (refusal.reason) {
    case Reason::wrong_password:
    case Reason::unknown_name:
    case Reason::bad_token:
    case Reason::paused:
      break;
    case Reason::foreign_token:
    case Reason::expired_token:
    case Reason::not_allowed:
    case Reason::unsupported:
    case Reason::foreign_origin:
    case Reason::foreign_host:
    case Reason::foreign_domain:
    case Reason::foreign_dialog:
    case Reason::unknown_dialog:
    case Reason::not_served:
    case Reason::out_of_order:
    case Reason::too_many:
    case Reason::too_large:
    case Reason::too_small:
    case Reason::too_slow:
    case Reason::no_tls:
    case Reason::malformed:
      return Ban::harmless;
  }
  if (is_friend) return Ban::friend_;
  return refusal.is_proven ? Ban::may : Ban::unproven;
}

std::string word_of(std::string_view untrusted) {
  // A name that is a mere "-" is not to be taken for none.
  if (untrusted.empty()) return "-";
  if (untrusted == "-") return "\\x2d";
  std::string word;
  for (const char c : untrusted) {
    if (is_plain(c)) {
      word.push_back(c);
    } else {
      word += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return word;
}

std::string shown(std::string_view untrusted) {
  return shows_itself(untrusted) ? std::string(untrusted) : word_of(untrusted);
}

std::string line_of(const Refusal& refusal, Ban ban) {
  std::string line =
      fmt::format("refused: source={} transport={} what={} reason={} ban={} count={} name={}",
                  refusal.source.ip_text(), name_of(refusal.transport), name_of(refusal.what),
                  name_of(refusal.reason), name_of(ban), refusal.count, word_of(refusal.name));
  if (!refusal.note.empty()) line += fmt::format(" note=\"{}\"", refusal.note);
  return line;
}

}  // namespace dering::refusal
