// SPDX-License-Identifier: Apache-2.0
#include "sip/message/framer.h"

#include <algorithm>

#include "base/text.h"
#include "sip/message/field_line.h"
#include "sip/message/message.h"

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

}  // namespace

void StreamFramer::add(std::string_view bytes) {
  message_ = {};
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  if (buffer_.size() > max_message_size) is_broken_ = true;
  if (is_broken_) return buffer_.clear();
  buffer_.append(bytes);
}

StreamFramer::Event StreamFramer::next() {
  message_ = {};
  if (is_broken_) return Event::broken;
  if (rest().starts_with(ping)) {
    skip(ping.size());
    return Event::ping;
  }
  if (ping.starts_with(rest())) return Event::need_more;
  if (rest().starts_with(line_end)) skip(line_end.size());
  if (needed_ == 0) find_size();
  if (is_broken_) return Event::broken;
  if (needed_ == 0 || rest().size() < needed_) return Event::need_more;
  message_ = rest().substr(0, needed_);
  skip(needed_);
  return Event::message;
}

std::string_view StreamFramer::rest() const {
  return std::string_view(buffer_).substr(begin_);
}

void StreamFramer::skip(std::size_t count) {
  begin_ += count;
  scanned_ = begin_;
  needed_ = 0;
}

void StreamFramer::find_size() {
  const std::size_t end = buffer_.find(head_end, scanned_);
  if (end == std::string::npos) {
    is_broken_ = rest().size() > max_message_size;
    // All but the last three bytes are known not to start the end of the header section.
    scanned_ = std::max(begin_, buffer_.size() - std::min(buffer_.size(), head_end.size() - 1));
    return;
  }
  const std::size_t head_size = end - begin_ + head_end.size();
  const auto length = content_length_of(rest().substr(0, head_size - line_end.size()));
  is_broken_ = !length || head_size + *length > max_message_size;
  if (!is_broken_) needed_ = head_size + *length;
}

}  // namespace dering::sip
