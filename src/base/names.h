// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/keyed_hash.h"
#include "base/random.h"

namespace dering {

/// Names for one purpose that nobody can guess: each is a keyed hash of the purpose and a count. So
/// one name more for one purpose changes no name for another, and what was recorded can be said
/// again by whoever has the key. Not shared between threads.
class Names {
 public:
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
  };

  /// `purpose`: static text. The key is drawn.
  Names(std::string_view purpose, Random& random) : purpose_(purpose), hash_(random) {}

  /// From here on those of this key, counted anew.
  void restart(const Key& key);

  std::uint64_t number() { return next().high; }
  /// `length` characters of [A-Za-z0-9] (5.95 bits each).
  std::string token(std::size_t length);

 private:
  Fingerprint next();

  std::string_view purpose_;
  KeyedHash hash_;
  std::uint64_t count_ = 0;
};

}  // namespace dering
