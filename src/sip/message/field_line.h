// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sip/message/characters.h"
#include "sip/message/cursor.h"

namespace dering::sip {

/// One header field as it stands on the wire.
struct FieldLine {
  std::string_view name;   ///< empty if the line is not "token:"
  std::string_view value;  ///< not trimmed, folds still in it
};

/// The header section ends with an empty line (RFC 3261 §7).
inline constexpr std::string_view line_end = "\r\n";
inline constexpr std::string_view head_end = "\r\n\r\n";

/// Position of the next CRLF that does not fold a line; npos if there is none. A bare CR or LF ends
/// nothing: if it did, we and the next reader could see different header fields (hostile-input F5).
inline std::size_t find_field_end(std::string_view head) {
  for (std::size_t at = head.find('\n'); at != std::string_view::npos;
       at = head.find('\n', at + 1)) {
    const bool is_line_end = at > 0 && head[at - 1] == '\r';
    const bool is_fold = at + 1 < head.size() && is_blank(head[at + 1]);
    if (is_line_end && !is_fold) return at - 1;
  }
  return std::string_view::npos;
}

/// Takes one header field with its CRLF off the front of `head`. The framer and the parser both cut
/// by this function, so that they never disagree about a Content-Length.
inline FieldLine take_field_line(std::string_view& head) {
  const std::size_t end = find_field_end(head);
  const std::string_view line = head.substr(0, end);
  head = end == std::string_view::npos ? std::string_view{} : head.substr(end + line_end.size());
  Cursor cursor(line);
  const std::string_view name = cursor.take_all(token_characters);
  cursor.skip_blanks();
  if (name.empty() || !cursor.consume(':')) return {};
  return {name, cursor.rest()};
}

}  // namespace dering::sip
