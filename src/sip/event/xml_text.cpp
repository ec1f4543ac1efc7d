// SPDX-License-Identifier: Apache-2.0
#include "sip/event/xml_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "sip/message/characters.h"

namespace dering::sip {
namespace {

constexpr std::array<std::pair<char, std::string_view>, 5> entities{
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&apos;"}}};

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
constexpr std::array<Range, 5> left_out{{
    {0x80, 0x9f},      // C1
    {0x200e, 0x200f},  // marks of direction
    {0x202a, 0x202e},  // embeddings and overrides of it
    {0x2066, 0x2069},  // isolates
    {0xfffe, 0xffff},  // no characters at all (XML 1.0 §2.2)
}};

/// Bytes of the character that begins with this one; the text is known to be UTF-8.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

std::uint32_t code_of(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first;
  std::uint32_t code = first & (0xffU >> (character.size() + 1));
  for (const char c : character.substr(1)) {
    code = code << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return code;
}

void append(std::string_view character, std::string& text) {
  if (is_control(character.front())) return;
  const auto entity =
      std::ranges::find(entities, character.front(), [](auto& it) { return it.first; });
  if (entity != entities.end()) {
    text += entity->second;
    return;
  }
  const std::uint32_t code = code_of(character);
  const bool is_left_out = std::ranges::any_of(
      left_out, [code](const Range& range) { return range.first <= code && code <= range.last; });
  if (!is_left_out) text += character;
}

}  // namespace

std::string xml_text(std::string_view text) {
  const bool is_readable = is_utf8(text);
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = is_readable ? length_of(first) : 1;
    if (!is_readable && first >= 0x80) {
      result += '?';
    } else {
      append(text.substr(0, length), result);
    }
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace dering::sip
