// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/text.h"
#include "sip/message/characters.h"

namespace dering::sip {

inline constexpr std::string_view version_prefix = "SIP/";

inline bool starts_with_version_prefix(std::string_view text) {
  return equals_ignoring_case(text.substr(0, version_prefix.size()), version_prefix);
}

inline std::string_view last_word(std::string_view line) {
  line = trimmed(line);
  return line.substr(line.find_last_of(" \t") + 1);
}

/// Whether a line could begin a SIP message: a status line, or one that starts with a method and
/// ends with a version of SIP (RFC 3261 §7.1, §7.2). What is in between is not judged. The framer
/// and the parser both ask this function, so that they never disagree about where a message begins.
inline bool is_start_line(std::string_view line) {
  if (starts_with_version_prefix(line)) return true;
  return is_all(token_characters, line.substr(0, line.find(' '))) &&
         starts_with_version_prefix(last_word(line));
}

}  // namespace dering::sip
