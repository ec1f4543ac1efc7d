// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/pattern.h"

#include <bit>

namespace dering::routing {
namespace {

using Symbols = Pattern::Symbols;

Symbols digits_between(char first, char last) {
  Symbols set = 0;
  for (char c = first; c <= last; ++c) set = static_cast<Symbols>(set | Pattern::symbol(c));
  return set;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What stands between the brackets.
std::expected<Symbols, PatternFault> set_of(std::string_view inside) {
  if (inside.empty()) return std::unexpected(PatternFault::empty_set);
  Symbols set = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char first = inside[i];
    char last = first;
    if (i + 2 < inside.size() && inside[i + 1] == '-') last = inside[i += 2];
    if (!is_digit(first) || !is_digit(last)) return std::unexpected(PatternFault::bad_character);
    if (last < first) return std::unexpected(PatternFault::backward_range);
    set = static_cast<Symbols>(set | digits_between(first, last));
  }
  return set;
}

/// Takes one place off the front.
std::expected<Symbols, PatternFault> take_place(std::string_view& rest) {
  const char c = rest.front();
  rest.remove_prefix(1);
  switch (c) {
    case 'X':
      return digits_between('0', '9');
    case 'Z':
      return digits_between('1', '9');
    case 'N':
      return digits_between('2', '9');
    case '[': {
      const std::size_t end = rest.find(']');
      if (end == std::string_view::npos) return std::unexpected(PatternFault::unclosed_set);
      auto set = set_of(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      return set;
    }
    default:
      if (Pattern::symbol(c) == 0) return std::unexpected(PatternFault::bad_character);
      return Pattern::symbol(c);
  }
}

}  // namespace

std::string_view sentence_of(PatternFault fault) {
  switch (fault) {
    case PatternFault::empty:
      return "a pattern has one character at least";
    case PatternFault::too_long:
      return "a pattern has 64 characters at most";
    case PatternFault::bad_character:
      return "a pattern is made of 0-9 + * # X Z N [ ] and, at its end, . or !";
    case PatternFault::unclosed_set:
      return "a [ lacks its ]";
    case PatternFault::empty_set:
      return "[] matches nothing";
    case PatternFault::backward_range:
      return "a range goes from the smaller digit to the greater";
    case PatternFault::after_the_rest:
      return ". and ! stand for all that follows, so nothing may follow them";
  }
  return "";
}

Symbols Pattern::symbol(char c) {
  if (is_digit(c)) return static_cast<Symbols>(1U << (c - '0'));
  if (c == '*') return 1U << 10;
  if (c == '#') return 1U << 11;
  if (c == '+') return 1U << 12;
  return 0;
}

std::expected<Pattern, PatternFault> Pattern::parse(std::string_view text) {
  if (text.empty()) return std::unexpected(PatternFault::empty);
  if (text.size() > longest_pattern) return std::unexpected(PatternFault::too_long);
  Pattern pattern;
  while (!text.empty() && text.front() != '.' && text.front() != '!') {
    const auto place = take_place(text);
    if (!place) return std::unexpected(place.error());
    pattern.places_.push_back(*place);
    pattern.weight_ += static_cast<char>(std::popcount(*place));
  }
  if (text.size() > 1) return std::unexpected(PatternFault::after_the_rest);
  if (!text.empty()) pattern.tail_ = text.front() == '.' ? Tail::some : Tail::any;
  constexpr char weight_of_tail[] = {0, 14, 15};
  pattern.weight_ += weight_of_tail[static_cast<std::size_t>(pattern.tail_)];
  return pattern;
}

bool Pattern::matches(std::string_view number) const {
  if (number.size() < places_.size()) return false;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if ((places_[i] & symbol(number[i])) == 0) return false;
  }
  number.remove_prefix(places_.size());
  if (tail_ == Tail::none) return number.empty();
  if (tail_ == Tail::some && number.empty()) return false;
  for (const char c : number) {
    if (!is_digit(c)) return false;
  }
  return true;
}

bool Pattern::rivals(const Pattern& other) const {
  if (weight_ != other.weight_) return false;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if ((places_[i] & other.places_[i]) == 0) return false;
  }
  return true;
}

}  // namespace dering::routing
