// SPDX-License-Identifier: Apache-2.0
#include "jitter/payload_store.h"

#include <algorithm>

#include "base/check.h"

namespace dering::jitter {

PayloadStore::PayloadStore() : blocks_(block_count) {
  for (std::size_t block = 0; block < block_count; ++block) {
    next_[block] = static_cast<std::uint8_t>((block + 1) % block_count);
  }
}

std::optional<PayloadStore::Handle> PayloadStore::put(Bytes payload) {
  const std::size_t count = blocks_for(payload.size());
  if (count > free_) return std::nullopt;
  const Handle handle{.first = first_free_, .size = static_cast<std::uint16_t>(payload.size())};
  for (std::size_t block = 0; block < count; ++block) {
    const Bytes part = payload.first(std::min(payload.size(), block_size));
    std::ranges::copy(part, blocks_[first_free_].begin());
    payload = payload.subspan(part.size());
    first_free_ = next_[first_free_];
  }
  free_ -= count;
  return handle;
}

Bytes PayloadStore::get(const Handle& handle, MutableBytes out) const {
  DERING_CHECK(out.size() >= handle.size);
  std::uint8_t block = handle.first;
  for (std::size_t at = 0; at < handle.size; at += block_size) {
    const Bytes part =
        Bytes(blocks_[block]).first(std::min<std::size_t>(block_size, handle.size - at));
    std::ranges::copy(part, out.subspan(at).begin());
    block = next_[block];
  }
  return out.first(handle.size);
}

void PayloadStore::drop(const Handle& handle) {
  const std::size_t count = blocks_for(handle.size);
  if (count == 0) return;
  std::uint8_t last = handle.first;
  for (std::size_t block = 1; block < count; ++block) last = next_[last];
  next_[last] = first_free_;
  first_free_ = handle.first;
  free_ += count;
}

}  // namespace dering::jitter
