// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/socket_address.h"

namespace dering::engine {

/// Finds the owner of an address: open addressing with linear probing in one flat array, so that a
/// look-up costs one cache line. Allocates only in insert(), when it doubles. Keys get in only
/// after authentication, so the hash needs no secret. One thread.
template <class Owner>
class AddressTable {
 public:
  Owner* find(const SocketAddress& address) const {
    for (std::size_t at = home(address);; at = next(at)) {
      const Slot& slot = slots_[at];
      if (slot.owner == nullptr) return nullptr;
      if (slot.address == address) return slot.owner;
    }
  }

  /// Asks for the cache line in which find() will begin.
  void prefetch(const SocketAddress& address) const { __builtin_prefetch(&slots_[home(address)]); }

  /// Adds the address, or gives it to another owner.
  void insert(const SocketAddress& address, Owner& owner) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = place_for(address);
    if (slot.owner == nullptr) ++size_;
    slot = {address, &owner};
  }

  void erase(const SocketAddress& address) {
    std::size_t hole = home(address);
    while (slots_[hole].address != address || slots_[hole].owner == nullptr) {
      if (slots_[hole].owner == nullptr) return;
      hole = next(hole);
    }
    --size_;
    // Those behind the hole that may stand in it move up, so that no search stops too early.
    for (std::size_t at = next(hole); slots_[at].owner != nullptr; at = next(at)) {
      const std::size_t distance = (at - home(slots_[at].address)) & (slots_.size() - 1);
      if (distance < ((at - hole) & (slots_.size() - 1))) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
  }

  std::size_t size() const { return size_; }

 private:
  struct Slot {
    SocketAddress address;
    Owner* owner = nullptr;
  };

  std::size_t home(const SocketAddress& address) const {
    return address.hash() & (slots_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  Slot& place_for(const SocketAddress& address) {
    std::size_t at = home(address);
    while (slots_[at].owner != nullptr && slots_[at].address != address) at = next(at);
    return slots_[at];
  }

  void grow() {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
    for (const Slot& slot : old) {
      if (slot.owner != nullptr) place_for(slot.address) = slot;
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);
  std::size_t size_ = 0;
};

}  // namespace dering::engine
