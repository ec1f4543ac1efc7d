// SPDX-License-Identifier: Apache-2.0
//
// What a stranger wrote, shown where signs can do things.
#include "monitor/safe_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

#include "base/text.h"

namespace dering::monitor {
namespace {

/// The first character of `text`: its bytes, and its number if it is UTF-8.
struct Character {
  std::string_view bytes;
  std::uint32_t number = 0;
  bool is_utf8 = false;
};

std::size_t length_by(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

Character first_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = length_by(first);
  const std::string_view bytes = text.substr(0, length);
  if (bytes.size() < length || !is_utf8(bytes)) return {text.substr(0, 1)};
  std::uint32_t number = length == 1 ? first : first & (0xffU >> (length + 1));
  for (const char c : bytes.substr(1))
    number = number << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  return {bytes, number, true};
}

/// DEL, C1, and what turns the direction in which everything after it is written.
bool steers(std::uint32_t number) {
  return (number >= 0x7f && number < 0xa0) || number == 0x61c || number == 0x200e ||
         number == 0x200f || (number >= 0x2028 && number <= 0x202e) ||
         (number >= 0x2066 && number <= 0x2069) || number == 0xfeff;
}

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Character one = first_of(text);
    text.remove_prefix(one.bytes.size());
    const bool is_break = one.number == '\n' && one.is_utf8;
    if (one.bytes == "\r" && text.starts_with('\n')) continue;
    if (one.bytes == "\t") {
      safe += ' ';
    } else if (is_break || (one.is_utf8 && one.number >= 0x20 && !steers(one.number))) {
      safe += one.bytes;
    } else {
      for (const char c : one.bytes)
        safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return safe;
}

std::string for_json(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Character one = first_of(text);
    text.remove_prefix(one.bytes.size());
    safe += one.is_utf8 && !steers(one.number) ? one.bytes : "\xef\xbf\xbd";
  }
  return safe;
}

}  // namespace dering::monitor
