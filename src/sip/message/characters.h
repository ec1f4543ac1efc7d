// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace dering::sip {

/// Sets of characters of RFC 3261 §25.1, and the wider ones that we read.
enum CharacterSet : std::uint8_t {
  token_characters = 1,  ///< token
  host_characters = 2,   ///< a name or an IPv4 address; with "_", which names in use have
  ipv6_characters = 4,   ///< between "[" and "]"
  user_characters = 8,   ///< user and password without escapes; with "#", which phones dial
  uri_characters = 16,   ///< anything else in a URI
  /// An unquoted header parameter value. Wider than gen-value: it ends only where it must. "@" is
  /// kept out, since "sip:a;b=c@d" without brackets would hide the host.
  value_characters = 32,
  unreserved_characters = 64,  ///< may stand in a URI anywhere without an escape
};

namespace detail {

constexpr std::array<std::uint8_t, 256> classify() {
  std::array<std::uint8_t, 256> sets{};
  const auto add = [&sets](std::string_view characters, int set) {
    for (const char c : characters)
      sets[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(set);
  };
  constexpr std::string_view alphanumeric =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  add(alphanumeric, token_characters | host_characters | user_characters | uri_characters |
                        unreserved_characters);
  add("-.!%*_+`'~", token_characters);
  add("-._", host_characters);
  add("0123456789abcdefABCDEF:.", ipv6_characters);
  add("-_.!~*'()", unreserved_characters | user_characters | uri_characters);
  add("&=+$,;?/#", user_characters);
  add("&=+$,;?/:@[]%#", uri_characters);
  for (unsigned c = '!'; c < 256; ++c) {
    if (c != 0x7f) sets[c] |= value_characters;
  }
  for (const char c : std::string_view(";,\"<>@")) {
    sets[static_cast<unsigned char>(c)] &= static_cast<std::uint8_t>(~value_characters);
  }
  return sets;
}

inline constexpr std::array<std::uint8_t, 256> character_sets = classify();

}  // namespace detail

constexpr bool is_in(CharacterSet set, char c) {
  return (detail::character_sets[static_cast<unsigned char>(c)] & set) != 0;
}

/// True for text of one or more characters of the set.
constexpr bool is_all(CharacterSet set, std::string_view text) {
  for (const char c : text) {
    if (!is_in(set, c)) return false;
  }
  return !text.empty();
}

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Whether any control character (tab included) is in the text; eight bytes at a time, since every
/// byte of every message passes here.
inline bool has_control(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x8080808080808080;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    const std::uint64_t deleted = word ^ (ones * 0x7f);
    const std::uint64_t below_space = (word - ones * 0x20) & ~word & tops;
    const std::uint64_t is_delete = (deleted - ones) & ~deleted & tops;
    if ((below_space | is_delete) != 0) return true;
  }
  for (; at != end; ++at) {
    if (is_control(*at)) return true;
  }
  return false;
}

}  // namespace dering::sip
