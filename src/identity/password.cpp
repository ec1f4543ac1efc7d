// SPDX-License-Identifier: Apache-2.0
#include "identity/password.h"

#include <argon2.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"
#include "base/text.h"

namespace dering::identity {
namespace {

// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB of memory, two passes and one lane.
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t hash_bytes = 32;

using Salt = std::array<std::uint8_t, 16>;

std::string encoded(std::string_view password, const Salt& salt) {
  std::array<char, 128> text{};
  const int result =
      argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(),
                            salt.data(), salt.size(), hash_bytes, text.data(), text.size());
  DERING_CHECK(result == ARGON2_OK);
  return text.data();
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Not for the further bytes of a character of UTF-8.
bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

}  // namespace

std::optional<std::string> fault_of_password(std::string_view password) {
  if (password.size() > longest_password || !is_utf8(password) ||
      std::ranges::any_of(password, is_control)) {
    return fmt::format("a password is text on one line, {} bytes at most", longest_password);
  }
  if (static_cast<std::size_t>(std::ranges::count_if(password, begins_character)) <
      shortest_password) {
    return fmt::format("a password has at least {} characters", shortest_password);
  }
  std::string_view rest = common_passwords();
  while (!rest.empty()) {
    if (equals_ignoring_case(take_until(rest, '\n'), password)) {
      return "this password is one of those that are tried first; take another one";
    }
  }
  return std::nullopt;
}

std::string hash_password(std::string_view password, Random& random) {
  DERING_CHECK(password.size() <= longest_password);
  Salt salt;
  random.fill(salt);
  return encoded(password, salt);
}

bool password_matches(std::string_view password, const std::string& encoded_hash) {
  if (password.size() > longest_password) return false;
  return argon2id_verify(encoded_hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

const std::string& hash_of_nobody() {
  static const std::string hash = encoded("", Salt{});
  return hash;
}

}  // namespace dering::identity
