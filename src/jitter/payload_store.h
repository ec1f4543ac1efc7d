// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace dering::jitter {

/// Keeps payloads of any length in blocks of 256 bytes, so that room for a few long ones is room
/// for many short ones. Takes all of its memory, 32 KB, when it is made.
class PayloadStore {
 public:
  static constexpr std::size_t block_size = 256;
  static constexpr std::size_t block_count = 128;

  /// A payload that is kept. Goes back by drop(), once.
  struct Handle {
    std::uint8_t first = 0;
    std::uint16_t size = 0;
  };

  PayloadStore();

  /// Nothing if there is no room.
  std::optional<Handle> put(Bytes payload);
  /// Copies the payload to the front of `out`, which has room for it.
  Bytes get(const Handle& handle, MutableBytes out) const;
  void drop(const Handle& handle);

  std::size_t free_blocks() const { return free_; }

 private:
  static std::size_t blocks_for(std::size_t size) { return (size + block_size - 1) / block_size; }

  std::vector<std::array<std::uint8_t, block_size>> blocks_;
  std::array<std::uint8_t, block_count> next_{};  ///< of a block: the one that follows it
  std::uint8_t first_free_ = 0;
  std::size_t free_ = block_count;
};

}  // namespace dering::jitter
