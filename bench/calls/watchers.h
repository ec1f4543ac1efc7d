// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calls/line.h"

namespace dering::bench {

/// A phone with very many busy lamps (RFC 4235): it subscribes to each of `watched` in turn, so
/// many times in all, and answers every NOTIFY.
class Watchers {
 public:
  Watchers(const SocketAddress& subject, std::vector<Line> watchers,
           std::vector<std::string> watched);

  /// Sends the next SUBSCRIBE.
  void subscribe();
  void receive();
  void flush() { socket_.flush(); }

  struct Counts {
    std::uint64_t subscribed = 0;
    std::uint64_t refused = 0;
    std::uint64_t notified = 0;
    std::uint64_t bytes = 0;  ///< of these NOTIFYs
  };
  /// Since the last time it was asked.
  Counts take_counts() { return std::exchange(counts_, {}); }

 private:
  void send(std::size_t number, bool with_credentials);

  PhoneSocket socket_;
  std::vector<Line> watchers_;
  std::vector<std::string> watched_;
  std::size_t next_ = 0;
  std::uint64_t last_branch_ = 0;
  Counts counts_;
};

}  // namespace dering::bench
