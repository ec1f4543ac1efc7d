// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace dering::identity {

inline constexpr std::size_t shortest_password = 12;  ///< characters
inline constexpr std::size_t longest_password = 256;  ///< bytes

/// Why a password is not good enough, as a sentence; nothing if it is: it has the length, it is
/// UTF-8 without control characters, and it is none of the common ones of that length
/// (common_passwords.txt), in whatever case.
std::optional<std::string> fault_of_password(std::string_view password);
/// common_passwords.txt, one on each line, in lower case.
std::string_view common_passwords();

/// Argon2id (RFC 9106) with 19 MiB, two passes, one lane, as an encoded text that carries its
/// parameters and salt. Takes some 30 ms of CPU: worker thread.
std::string hash_password(std::string_view password, Random& random);

/// False as well for a password over the limit and for a hash that is not one. Takes as long for
/// a wrong password as for the right one.
bool password_matches(std::string_view password, const std::string& encoded_hash);

/// The hash of no password at all: what a name nobody has is checked against, so that the time of
/// the answer does not tell names that exist from names that do not.
const std::string& hash_of_nobody();

}  // namespace dering::identity
