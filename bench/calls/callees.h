// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "calls/callers.h"
#include "calls/line.h"

namespace dering::bench {

/// Desk phones that are called: 180 at once, 200 when they have rung for a while.
class Callees {
 public:
  struct Counts {
    std::uint64_t invites = 0;
    std::uint64_t acks = 0;
    std::uint64_t byes = 0;
  };

  Callees(const SocketAddress& subject, std::vector<Line> lines);

  PhoneSocket& socket() { return socket_; }
  std::vector<Line>& lines() { return lines_; }

  void receive(std::chrono::nanoseconds ring, Time now);
  /// Answers those that have rung long enough.
  void on_time(Time now);
  Counts take_counts() { return std::exchange(counts_, {}); }

 private:
  void answer(const sip::Message& invite, int status, bool with_description);

  PhoneSocket socket_;
  std::vector<Line> lines_;
  std::deque<std::pair<Time, sip::Message>> ringing_;
  Counts counts_;
};

}  // namespace dering::bench
