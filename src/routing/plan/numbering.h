// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dering::routing {

/// How numbers are written in the country of this house. The defaults are Indonesia's.
struct Numbering {
  std::string country = "62";      ///< its code, digits
  std::string trunk_prefix = "0";  ///< before a national number; may be empty
  std::string area{};              ///< of the house, without the trunk prefix; may be empty
  /// What leads abroad. The first that fits is used for writing; the longest, for reading.
  std::vector<std::string> international_prefixes = {"00",  "001",   "007",  "008",
                                                     "009", "01017", "01019"};
  /// Digits without any prefix that are more than this begin with a country code.
  unsigned longest_local = 8;
  unsigned national_length = 0;  ///< digits of each national number without its prefix; 0: varies

  bool operator==(const Numbering&) const = default;
};

/// How a trunk wants numbers, and writes them.
enum class NumberForm : std::uint8_t {
  as_is,     ///< as they were dialled, after stripping and prepending
  e164,      ///< +6281234567
  national,  ///< 081234567, and 0065… abroad
};
std::string_view name_of(NumberForm form);  ///< "as_is", "e164", "national"

/// No number of a telephone network is longer, with all its prefixes (ITU-T E.164: 15 digits).
inline constexpr std::size_t longest_number = 32;

/// What was dialled as digits, "+" at the start, "*" and "#": without "tel:" and "sip:", what is
/// behind "@" and ";", and the separators of RFC 3966 §5.1.1 and blanks. A phone-context that is a
/// number comes before it (RFC 3966 §5.1.5). Nothing if other characters are left, if it is empty,
/// or longer than longest_number.
std::optional<std::string> cleaned(std::string_view dialled);
/// The part of it that was dialled, cleaned, without regard to a phone-context.
std::optional<std::string> cleaned_digits(std::string_view dialled);

/// "+6281234567" of a cleaned number, if it is one of the public network by this numbering.
std::optional<std::string> e164_of(std::string_view cleaned, const Numbering& numbering);
/// "081234567" of an E.164 number of the home country, "0065…" of another: with the first prefix
/// that is not read as another one, or as it is.
std::string national_of(std::string_view e164, const Numbering& numbering);
bool is_home(std::string_view e164, const Numbering& numbering);
/// As the trunk wants it; as it is where that cannot be told.
std::string written(std::string_view cleaned, NumberForm form, const Numbering& numbering);

/// Whether a cleaned number leads abroad, or might: what cannot be read and begins like that does.
struct Abroad {
  bool is_abroad = false;
  std::string digits{};  ///< from the country code on; empty: cannot be told
};
Abroad abroad(std::string_view cleaned, const Numbering& numbering);

/// The ways in which rules may write a cleaned number, in the order in which they are tried: a home
/// number with a country code as a national one first, others as they were dialled.
std::vector<std::string> forms_of(std::string_view cleaned, const Numbering& numbering);

bool is_all_digits(std::string_view text);  ///< one at least

}  // namespace dering::routing
