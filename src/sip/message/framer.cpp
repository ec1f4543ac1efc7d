// SPDX-License-Identifier: Apache-2.0
#include "sip/message/framer.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sip/message/cursor.h"
#include "sip/message/field_line.h"
#include "sip/message/message.h"
#include "sip/message/start_line.h"

namespace dering::sip {
namespace {

/// RFC 5626 §3.5.1.
constexpr std::string_view ping = "\r\n\r\n";

/// A lone CR or LF: where the line ends is a matter of opinion.
bool has_bare_line_break(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (line.empty() || line.find('\r') + 1 != line.size()) return true;
  }
  return false;
}

std::string_view without_blanks_and_folds(std::string_view value) {
  constexpr std::string_view blanks = " \t\r\n";
  value.remove_prefix(std::min(value.find_first_not_of(blanks), value.size()));
  return value.substr(0, value.find_last_not_of(blanks) + 1);
}

/// The only Content-Length of a header section. Nothing if it is missing, wrong or ambiguous.
std::optional<std::size_t> content_length_of(std::string_view head) {
  if (has_bare_line_break(head)) return std::nullopt;
  std::optional<std::size_t> length;
  head.remove_prefix(head.find(line_end) + line_end.size());
  while (!head.empty()) {
    const FieldLine line = take_field_line(head);
    if (header_from(line.name) != HeaderId::content_length) continue;
    const auto value = parse_content_length(without_blanks_and_folds(line.value));
    if (!value || (length && *length != *value)) return std::nullopt;
    length = *value;
  }
  return length;
}

/// Size of the method at the end of a word that is none: "jaKINVITE" is a keep-alive of phones in
/// use and a request.
std::size_t size_of_method_at_end(std::string_view word) {
  std::size_t longest = 0;
  for (int i = 0; i < static_cast<int>(Method::unknown); ++i) {
    const std::string_view name = name_of(static_cast<Method>(i));
    if (word.ends_with(name)) longest = std::max(longest, name.size());
  }
  return longest;
}

/// How many bytes in front of the line are stray; all of them when it begins no message. Stricter
/// than the parser where it is a method that nobody has heard of: stray bytes look like one.
std::size_t stray_bytes_before_message(std::string_view line) {
  if (starts_with_version_prefix(line)) return 0;
  if (!starts_with_version_prefix(last_word(line))) return line.size();
  const std::string_view word = Cursor(line).take_all(token_characters);
  const bool is_known = method_from(word) != Method::unknown;
  const std::size_t method_size = size_of_method_at_end(word);
  if (!is_known && method_size > 0) return word.size() - method_size;
  const bool is_well_spaced = std::ranges::count_if(line, is_blank) == 2;
  if (is_start_line(line) && (is_known || is_well_spaced)) return 0;
  // A request may stand behind stray words; a line beyond the limit is not worth the search.
  return line.size() <= StreamFramer::max_stray_bytes ? word.size() : line.size();
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void StreamFramer::add(std::string_view bytes) {
  message_ = {};
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  if (buffer_.size() > max_message_size) state_ = State::broken;
  if (state_ == State::broken) return buffer_.clear();
  buffer_.append(bytes);
}

StreamFramer::Event StreamFramer::next() {
  message_ = {};
  if (state_ == State::between_messages) {
    const Event event = find_start();
    if (state_ != State::in_message) return event;
  }
  return state_ == State::broken ? Event::broken : find_end();
}

std::string_view StreamFramer::rest() const {
  return std::string_view(buffer_).substr(begin_);
}

void StreamFramer::hand_out(std::size_t count) {
  begin_ += count;
  scanned_ = begin_;
}

StreamFramer::Event StreamFramer::break_stream() {
  state_ = State::broken;
  return Event::broken;
}

// ---- Between messages ---------------------------------------------------------------------------

/// "Implementations processing SIP messages over stream-oriented transports MUST ignore any CRLF
/// appearing before the start-line" (RFC 3261 §7.5). Some phones send other bytes there as well,
/// and what comes after those is a request all the same.
StreamFramer::Event StreamFramer::find_start() {
  while (state_ == State::between_messages) {
    if (rest().starts_with(ping)) {
      hand_out(ping.size());
      return Event::ping;
    }
    if (ping.starts_with(rest())) break;
    if (rest().starts_with(line_end)) {
      hand_out(line_end.size());
      continue;
    }
    const std::size_t before = begin_;
    is_in(token_characters, rest().front()) ? skip_stray_line() : skip_stray(1);
    if (begin_ == before) break;
  }
  return state_ == State::broken ? Event::broken : Event::need_more;
}

void StreamFramer::skip_stray_line() {
  const std::size_t end = buffer_.find('\n', scanned_);
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    if (rest().size() > max_message_size) state_ = State::broken;
    return;
  }
  const std::string_view line = rest().substr(0, end - begin_ + 1);
  const std::string_view content = without_line_end(line);
  const std::size_t stray = stray_bytes_before_message(content);
  if (stray > 0) return skip_stray(stray == content.size() ? line.size() : stray);
  state_ = State::in_message;
  scanned_ = begin_;
}

void StreamFramer::skip_stray(std::size_t count) {
  hand_out(count);
  stray_bytes_ += count;
  stray_in_row_ += count;
  if (stray_in_row_ > max_stray_bytes) state_ = State::broken;
}

// ---- Within a message ---------------------------------------------------------------------------

StreamFramer::Event StreamFramer::find_end() {
  if (needed_ == 0) {
    const std::size_t end = buffer_.find(head_end, scanned_);
    if (end == std::string::npos) {
      // All but the last three bytes are known not to start the end of the header section.
      scanned_ = std::max(begin_, buffer_.size() - std::min(buffer_.size(), head_end.size() - 1));
      return rest().size() > max_message_size ? break_stream() : Event::need_more;
    }
    const std::string_view head = rest().substr(0, end - begin_ + head_end.size());
    const auto length = content_length_of(head.substr(0, head.size() - line_end.size()));
    if (!length || head.size() + *length > max_message_size) {
      state_ = State::broken;
      message_ = head;
      return Event::unframed;
    }
    needed_ = head.size() + *length;
  }
  if (rest().size() < needed_) return Event::need_more;
  message_ = rest().substr(0, needed_);
  hand_out(std::exchange(needed_, 0));
  stray_in_row_ = 0;
  state_ = State::between_messages;
  return Event::message;
}

}  // namespace dering::sip
