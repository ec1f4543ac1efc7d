// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/socket_address.h"

namespace dering::net {

/// Counts open connections, in all and per source, and refuses those past the caps. One
/// thread, but for open().
class Admission {
 public:
  /// One place; given back when destroyed. Must not outlive the Admission.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), source_(other.source_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket();

   private:
    friend class Admission;
    Ticket(Admission& admission, const SocketAddress& source)
        : admission_(&admission), source_(source) {}

    Admission* admission_;
    SocketAddress source_;
  };

  Admission(std::size_t cap, std::size_t cap_per_source)
      : cap_(cap), cap_per_source_(cap_per_source) {}

  /// Nothing when full.
  std::optional<Ticket> admit(const SocketAddress& peer);
  std::size_t open() const { return open_.load(std::memory_order_relaxed); }  ///< any thread

 private:
  const std::size_t cap_;
  const std::size_t cap_per_source_;
  std::atomic<std::size_t> open_{0};
  std::unordered_map<SocketAddress, std::size_t> open_by_source_;
};

}  // namespace dering::net
