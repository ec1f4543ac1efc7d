// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "calls/line.h"

namespace dering::bench {

using Time = std::chrono::steady_clock::time_point;

/// What became of calls, seen from the phones.
struct CallCounts {
  std::uint64_t begun = 0;
  std::uint64_t answered = 0;
  std::uint64_t ended = 0;     ///< BYE sent and confirmed
  std::uint64_t refused = 0;   ///< another final response than 200
  std::uint64_t repeated = 0;  ///< messages that came twice
  std::vector<std::uint32_t> until_ringing_us;

  std::uint64_t lost() const { return begun - ended - refused; }
};

/// Whether a phone uses a challenge as long as it is good (RFC 7616 §3.3, nc), as most do, or waits
/// for a new one before each request.
enum class Challenge : std::uint8_t { kept, each_time };

/// Desk phones that call: INVITE, ACK, and BYE after the hold time. Each of them calls the line of
/// the same place in `callees`.
class Callers {
 public:
  Callers(const SocketAddress& subject, std::vector<Line> lines, std::vector<std::string> callees);

  PhoneSocket& socket() { return socket_; }
  std::vector<Line>& lines() { return lines_; }

  void begin(Challenge challenge, Time now);
  void receive(std::chrono::nanoseconds hold, Time now);
  /// Says the BYEs that are due.
  void on_time(Time now);
  /// Since the last time it was asked.
  CallCounts take_counts() { return std::exchange(counts_, {}); }
  /// Calls begun, but neither ended nor refused.
  std::size_t open() const { return calls_.size(); }

 private:
  struct Call {
    std::size_t line = 0;
    std::uint32_t cseq = 1;
    Time invited_at;
    bool rings = false;
    std::string remote;  ///< To of the 200; empty until then
    std::string target;
    std::vector<std::string> routes;  ///< RFC 3261 §12.1.2: Record-Route of the 200, last first
  };

  void invite(std::uint64_t id, Call& call, bool with_credentials);
  void on_invite_response(std::uint64_t id, Call& call, const sip::Message& response,
                          std::chrono::nanoseconds hold, Time now);
  sip::MessageWriter request(std::uint64_t id, const Call& call, std::string_view method,
                             std::string_view uri, std::string_view to);
  void acknowledge(std::uint64_t id, const Call& call, const sip::Message& response);

  PhoneSocket socket_;
  std::vector<Line> lines_;
  std::vector<std::string> callees_;
  std::unordered_map<std::uint64_t, Call> calls_;
  std::deque<std::pair<Time, std::uint64_t>> byes_;
  std::uint64_t last_call_ = 0;
  std::uint64_t last_branch_ = 0;
  CallCounts counts_;
};

}  // namespace dering::bench
