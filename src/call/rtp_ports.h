// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace dering::call {

/// The pairs of UDP ports that the media engine has for phones without ICE, by media thread. The
/// one that was given back last is taken last: late packets of its old call find it empty.
/// Signalling thread.
class RtpPorts {
 public:
  /// A pair that somebody has; outlived by the pool.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          generation_(other.generation_),
          thread_(other.thread_),
          port_(std::exchange(other.port_, 0)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(generation_, other.generation_);
      std::swap(thread_, other.thread_);
      std::swap(port_, other.port_);
      return *this;
    }
    ~Lease() {
      if (pool_) pool_->give_back(*this);
    }

    explicit operator bool() const { return pool_ != nullptr; }
    /// Even; RTCP is the next.
    std::uint16_t port() const { return port_; }

   private:
    friend class RtpPorts;
    Lease(RtpPorts& pool, std::uint64_t generation, std::size_t thread, std::uint16_t port)
        : pool_(&pool), generation_(generation), thread_(thread), port_(port) {}

    RtpPorts* pool_ = nullptr;
    std::uint64_t generation_ = 0;
    std::size_t thread_ = 0;
    std::uint16_t port_ = 0;
  };

  RtpPorts() = default;
  RtpPorts(const RtpPorts&) = delete;
  RtpPorts& operator=(const RtpPorts&) = delete;

  /// What an engine that has just come up has; leases of the one before mean nothing any more.
  void reset(const media::v2::Ready& ready);
  bool has_free(std::size_t thread) const {
    return thread < free_.size() && !free_[thread].empty();
  }
  /// Nothing if all are taken. Where it is free, `wanted` is taken.
  std::optional<Lease> take(std::size_t thread, std::uint16_t wanted = 0);

 private:
  void give_back(const Lease& lease);

  std::uint64_t generation_ = 0;
  std::vector<std::deque<std::uint16_t>> free_;  ///< one a media thread
};

}  // namespace dering::call
