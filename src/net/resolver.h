// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/instant.h"
#include "base/socket_address.h"
#include "dns/records.h"
#include "net/event_loop.h"

namespace dering::net {

/// Asks DNS (c-ares) on the thread of an event loop, which waits for no answer. Names in
/// /etc/hosts are known. One thread.
class Resolver {
 public:
  struct Settings {
    std::vector<SocketAddress> servers{};  ///< empty: those of /etc/resolv.conf
    std::chrono::milliseconds timeout{
        2'000};                 ///< of the first try at one server; later ones wait longer
    int tries = 2;              ///< at each server
    std::size_t waiting = 256;  ///< questions that are not answered yet
  };
  /// Called by deliver() alone, once for each question.
  using OnAnswer = std::function<void(const dns::Question&, const dns::Answer&)>;

  Resolver(EventLoop& loop, Settings settings, OnAnswer on_answer);
  ~Resolver();

  /// A question past `waiting` is answered at once, with `failed`.
  void ask(dns::Question question);
  /// After each iteration of the loop: times out what is to be, and tells what came.
  void deliver();
  /// When deliver() is due though nothing was read.
  std::optional<Instant> next_deadline(Instant now) const;
  std::size_t waiting() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::net
