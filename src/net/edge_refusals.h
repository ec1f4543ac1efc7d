// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

#include "net/byte_stream.h"
#include "refusal/meter.h"

namespace dering::net {

/// What the edge refuses, on its way to the application: at once, and then counted. Edge thread.
class EdgeRefusals {
 public:
  using Tell = std::function<void(refusal::Refusal)>;

  EdgeRefusals(asio::io_context& io, Tell tell) : tell_(std::move(tell)), timer_(io) {}

  void report(refusal::Refusal refusal);
  /// What was counted and not told is told now, and nothing waits any more.
  void stop();
  /// Any thread: those of so many kinds at once that they were not even counted.
  std::uint64_t unseen() const { return unseen_.load(std::memory_order_relaxed); }

 private:
  void wait();

  Tell tell_;
  refusal::Meter meter_;
  asio::steady_timer timer_;
  bool is_waiting_ = false;
  std::atomic<std::uint64_t> unseen_{0};
};

}  // namespace dering::net
