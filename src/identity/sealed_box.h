// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace dering::identity {

/// Values that are handed out and come back, in place of a table that remembers them: AES-256-GCM
/// (NIST SP 800-38D) with a random nonce. One thread, which owns `random` too.
class SealedBox {
 public:
  using Key = std::array<std::uint8_t, 32>;

  /// Under a key that is drawn now and dies with the process.
  explicit SealedBox(Random& random);
  /// What it seals another one opens that has the same key.
  SealedBox(Random& random, const Key& key) : random_(random), key_(key) {}

  /// base64url. It opens only with the same `bound_to`, which is not part of it.
  std::string seal(std::string_view value, std::string_view bound_to) const;
  /// Nothing for anything that this box has not sealed so.
  std::optional<std::string> open(std::string_view sealed, std::string_view bound_to) const;

 private:
  Random& random_;
  Key key_{};
};

}  // namespace dering::identity
