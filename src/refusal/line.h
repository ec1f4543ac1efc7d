// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "refusal/refusal.h"

// How refusals look where people and programs read them: docs/refusals.md, and deploy/fail2ban
// reads it.
namespace dering::refusal {

/// Whether a program such as fail2ban may count it against the source.
enum class Ban : std::uint8_t {
  may,
  harmless,  ///< no attempt to get in
  unproven,  ///< the source may be forged
  friend_,   ///< somebody is signed in from there
};
std::string_view name_of(Ban ban);

Ban ban_for(const Refusal& refusal, bool is_friend);

/// "refused: source=192.0.2.7 transport=udp what=register reason=wrong_password ban=may count=1
/// name=desk-1", on one line; then note="…" if there is one.
std::string line_of(const Refusal& refusal, Ban ban);

/// A text from outside as one word of letters, digits and . _ @ + : ~ / -; every other byte is
/// \xNN. So it holds no blank, quote, equals sign or escape. "-": the text was empty.
std::string word_of(std::string_view untrusted);

/// A text from outside for people: as it is if it is UTF-8 that shows itself, else word_of() it.
std::string shown(std::string_view untrusted);

}  // namespace dering::refusal
