// SPDX-License-Identifier: Apache-2.0
#include "sip/message/message.h"

#include <algorithm>

#include "base/text.h"
#include "sip/message/message_parser.h"

namespace dering::sip {

std::string_view name_of(Unreadable reason) {
  switch (reason) {
    case Unreadable::empty:
      return "empty";
    case Unreadable::too_large:
      return "too_large";
    case Unreadable::no_start_line:
      return "no_start_line";
    case Unreadable::bad_response:
      return "bad_response";
    case Unreadable::cannot_be_answered:
      return "cannot_be_answered";
  }
  return "";
}

std::expected<Message, Unreadable> Message::parse(std::string_view bytes) {
  return MessageParser::parse(bytes);
}

std::expected<Message, Unreadable> Message::parse_unframed(std::string_view head) {
  return MessageParser::parse_unframed(head);
}

std::optional<std::string_view> Message::header(HeaderId id) const {
  const auto field = std::ranges::find(headers_, id, &HeaderField::id);
  if (field == headers_.end()) return std::nullopt;
  return field->value;
}

std::optional<std::string_view> Message::header(std::string_view name) const {
  const auto field = std::ranges::find_if(headers_, [name](const HeaderField& candidate) {
    return equals_ignoring_case(candidate.name, name);
  });
  if (field == headers_.end()) return std::nullopt;
  return field->value;
}

std::vector<std::string_view> Message::list(HeaderId id) const {
  std::vector<std::string_view> values;
  for (const HeaderField& field : headers_) {
    if (field.id != id) continue;
    for (const std::string_view value : split_list(field.value)) values.push_back(value);
  }
  return values;
}

std::optional<std::string_view> Message::only(HeaderId id) const {
  const auto fields = std::ranges::count(headers_, id, &HeaderField::id);
  return fields == 1 ? header(id) : std::nullopt;
}

std::size_t Message::count(HeaderId id) const {
  std::size_t count = 0;
  for (const HeaderField& field : headers_) {
    if (field.id != id) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      if (!take_list_element(rest).empty()) ++count;
    }
  }
  return count;
}

bool Message::lists(HeaderId id, std::string_view token) const {
  for (const HeaderField& field : headers_) {
    if (field.id != id) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      if (equals_ignoring_case(take_list_element(rest), token)) return true;
    }
  }
  return false;
}

}  // namespace dering::sip
