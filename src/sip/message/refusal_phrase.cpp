// SPDX-License-Identifier: Apache-2.0
#include "sip/message/refusal_phrase.h"

#include <algorithm>
#include <array>

#include "sip/message/header_names.h"

namespace dering::sip {
namespace {

using detail::header_count;
using detail::header_names;

struct Phrase {
  std::array<char, 48> text{};
  std::size_t size = 0;

  constexpr void append(std::string_view more) {
    std::ranges::copy(more, text.begin() + static_cast<std::ptrdiff_t>(size));
    size += more.size();
  }
  constexpr std::string_view view() const { return {text.data(), size}; }
};
using Phrases = std::array<Phrase, header_count>;

consteval Phrases phrases_with(std::string_view words) {
  Phrases phrases;
  for (std::size_t i = 0; i < header_count; ++i) {
    phrases[i].append(words);
    phrases[i].append(header_names[i]);
  }
  return phrases;
}

constexpr Phrases malformed = phrases_with("Bad ");
constexpr Phrases missing = phrases_with("Missing ");
constexpr Phrases repeated = phrases_with("Repeated ");
constexpr Phrases control_character = phrases_with("Control Character In ");

const Phrases& phrases_for(Wrong wrong) {
  switch (wrong) {
    case Wrong::malformed:
      return malformed;
    case Wrong::missing:
      return missing;
    case Wrong::repeated:
      return repeated;
    case Wrong::control_character:
      return control_character;
  }
  return malformed;
}

}  // namespace

std::string_view refusal_phrase(Wrong wrong, HeaderId field) {
  return phrases_for(wrong).at(static_cast<std::size_t>(field)).view();
}

}  // namespace dering::sip
