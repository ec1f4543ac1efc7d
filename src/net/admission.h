// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/instant.h"
#include "base/socket_address.h"

namespace dering::net {

/// Counts open connections: in all, and per source those that nobody has signed in on, since many
/// honest people may sit behind one address. Those of the web and those of SIP are counted apart,
/// so that neither shuts the other out. One thread, but for open().
class Admission {
 public:
  enum class Kind : std::uint8_t { web, sip };

  /// The place of one connection; given back when destroyed. Must not outlive the Admission.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket();

    /// It is from now on one of that peer's. False if the peer has too many; then it is nobody's.
    bool count_for(const SocketAddress& peer, Kind kind);
    /// It is nobody's: signed in, or a proxy's own between two requests.
    void count_for_nobody();
    /// Before its time.
    void give_back();
    /// It may be taken away for somebody else of the same source from then on.
    void offer(std::uint64_t connection, Instant from);
    void take_back();

   private:
    friend class Admission;
    explicit Ticket(Admission& admission) : admission_(&admission) {}

    Admission* admission_;
    std::optional<std::pair<SocketAddress, Kind>> counted_for_;
    std::uint64_t offer_ = 0;  ///< 0: none
  };

  Admission(std::size_t cap, std::size_t cap_per_source)
      : cap_(cap), cap_per_source_(cap_per_source) {}

  /// A place that is nobody's yet; nothing when all are taken.
  std::optional<Ticket> admit();
  /// One of that peer's; nothing when it has too many, or all are taken.
  std::optional<Ticket> admit(const SocketAddress& peer, Kind kind);

  /// The connection of that source that has been on offer for longest.
  std::optional<std::uint64_t> offered(const SocketAddress& peer, Kind kind, Instant now) const;
  /// Of all sources, pages before phones.
  std::optional<std::uint64_t> offered(Instant now) const;
  bool is_full() const { return open_ >= cap_; }

  std::size_t open() const { return open_.load(std::memory_order_relaxed); }  ///< any thread

 private:
  struct Offer {
    std::uint64_t connection;
    Instant from;
  };
  using Offers = std::map<std::uint64_t, Offer>;  ///< in the order they were made
  struct Source {
    std::array<std::size_t, 2> open{};
    std::array<Offers, 2> offers;
  };

  static std::optional<std::uint64_t> oldest(const Offers& offers, Instant now);

  const std::size_t cap_;
  const std::size_t cap_per_source_;
  std::atomic<std::size_t> open_{0};
  std::unordered_map<SocketAddress, Source> sources_;
  std::array<Offers, 2> offers_;
  std::uint64_t last_offer_ = 0;
};

}  // namespace dering::net
