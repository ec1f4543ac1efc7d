// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dering::routing {

/// Why a text is no pattern.
enum class PatternFault : std::uint8_t {
  empty,
  too_long,        ///< more than longest_pattern
  bad_character,   ///< none of 0-9 + * # X Z N [ ] . !
  unclosed_set,    ///< "[" without "]"
  empty_set,       ///< "[]"
  backward_range,  ///< "[5-2]"
  after_the_rest,  ///< something behind "." or "!", which stand for all that follows
};
std::string_view sentence_of(PatternFault fault);

inline constexpr std::size_t longest_pattern = 64;

/// A pattern of numbers as exchanges write it: X is 0-9, Z 1-9, N 2-9, [1237-9] one of the set; at
/// the end "." stands for one or more digits and "!" for none or more. "+", "*" and "#" stand for
/// themselves only: nothing else matches them.
class Pattern {
 public:
  using Symbols = std::uint16_t;  ///< a bit for each of 0-9 * # +
  enum class Tail : std::uint8_t { none, some, any };

  static std::expected<Pattern, PatternFault> parse(std::string_view text);
  /// Of one character of a number; 0 for what no number has.
  static Symbols symbol(char c);
  static constexpr Symbols all_digits = 0x3ff;

  bool matches(std::string_view number) const;
  /// Numbers that both match exist, and neither is the narrower one.
  bool rivals(const Pattern& other) const;

  const std::vector<Symbols>& places() const { return places_; }
  Tail tail() const { return tail_; }
  /// Compared byte by byte, the smaller is the narrower: at the first place where two patterns
  /// differ, that with the fewer choices.
  const std::string& weight() const { return weight_; }
  bool operator==(const Pattern&) const = default;

 private:
  Pattern() = default;

  std::vector<Symbols> places_;
  Tail tail_ = Tail::none;
  std::string weight_;
};

}  // namespace dering::routing
