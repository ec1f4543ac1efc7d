// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sip/message/characters.h"

namespace dering::sip {

/// Reads a field value from the left. Every take_… gives an empty view when there is nothing of
/// its kind, and then takes nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }
  bool consume(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A separator with the blanks that may stand around it (RFC 3261 §25.1: SLASH, SEMI, EQUAL…).
  bool consume_separator(char c) {
    skip_blanks();
    if (!consume(c)) return false;
    skip_blanks();
    return true;
  }
  /// The next `count` characters; all that are left if they are fewer.
  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view take_all() { return take(rest_.size()); }
  std::string_view take_all(CharacterSet set) {
    std::size_t count = 0;
    for (const char c : rest_) {
      if (!is_in(set, c)) break;
      ++count;
    }
    return take(count);
  }
  /// With its quotes. Nothing if the closing quote is missing.
  std::string_view take_quoted() {
    if (!at('"')) return {};
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        return take(i + 1);
      }
    }
    return {};
  }
  /// A name, an IPv4 address or "[IPv6]". What stands between the brackets is not judged further
  /// than by its characters: RFC 5118 §4.10 has an address that only the old grammar allows.
  std::string_view take_host() {
    if (!at('[')) return take_all(host_characters);
    const std::size_t closing = rest_.find(']');
    if (closing > longest_ipv6 || !is_all(ipv6_characters, rest_.substr(1, closing - 1))) return {};
    return take(closing + 1);
  }
  std::string_view take_quoted_or(CharacterSet set) {
    return at('"') ? take_quoted() : take_all(set);
  }

 private:
  static constexpr std::size_t longest_ipv6 = 46;

  std::string_view rest_;
};

}  // namespace dering::sip
