// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "subject/phone_socket.h"

namespace dering::bench {

/// Thousands of phones of sealed calls on one socket. Every phone sends a packet of `packet_size`
/// bytes each interval.
class Phones {
 public:
  static constexpr std::size_t packet_size = 172;  ///< RTP with 20 ms of G.711

  struct Result {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t wrong = 0;                  ///< other content, wrong phone, or twice
    std::vector<std::uint32_t> latencies_ns;  ///< if asked for
    std::uint64_t lost() const { return sent > received ? sent - received : 0; }
  };
  enum class Measure : std::uint8_t { load, latency };
  /// Whom a phone hears: the other one of its pair, or, from an echo, itself.
  enum class Hears : std::uint8_t { peer, itself };

  Phones(std::size_t count, const sockaddr_in& engine, Hears hears);

  std::uint16_t port() const { return socket_.port(); }
  /// Sends a check from each phone until each was answered. False if some never are.
  bool connect(const std::vector<std::string>& ufrags, const std::string& pwd);
  Result talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration,
              Measure measure);

 private:
  void send(std::size_t first, std::size_t count);
  void take(std::size_t at, Result& result);

  PhoneSocket socket_;
  sockaddr_in engine_;
  Hears hears_;
  std::vector<std::uint64_t> next_number_;  ///< to send, by phone
  std::vector<std::uint64_t> heard_;        ///< next number expected at least, by phone
};

}  // namespace dering::bench
