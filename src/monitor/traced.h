// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/socket_address.h"
#include "monitor/trace_ring.h"

namespace dering::monitor {

/// A message of a trace as whoever asked for it has it: masked.
struct TracedMessage {
  std::int64_t at_microseconds = 0;  ///< since 1970-01-01 UTC
  Direction direction = Direction::in;
  std::string transport;  ///< "wss"
  SocketAddress ours;
  SocketAddress theirs;
  std::string text;
};

/// Which messages somebody wants to see: those that name a number, a user name, a host or an
/// address, and all others of the same dialogs.
class TraceChoice {
 public:
  /// Empty: all. "1001", "siti-desk", "192.0.2.7", "192.0.2.7:5060", a Call-ID.
  explicit TraceChoice(std::string wanted, std::set<std::string> call_ids = {})
      : wanted_(std::move(wanted)), call_ids_(std::move(call_ids)) {}

  /// Those of `all`, in their order, whatever comes first in a dialog. Learns their Call-IDs.
  std::vector<TracedMessage> of(std::span<const TracedMessage> all);

 private:
  bool names_it(const TracedMessage& message) const;
  void add_other_sides(std::span<const TracedMessage> all);

  std::string wanted_;
  std::set<std::string> call_ids_;
};

/// How those at the other end are called: by the number that they sign in or call with, and by
/// their address while that is not known.
class TraceNames {
 public:
  void learn(const TracedMessage& message);
  std::string name_of(const TracedMessage& message) const;
  const std::vector<std::string>& in_order() const { return in_order_; }

 private:
  std::map<SocketAddress, std::string> names_;
  std::map<std::string, unsigned> taken_;
  std::vector<std::string> in_order_;
};

/// The messages as arrows, each below the one before; safe for a terminal.
std::string arrows_of(std::span<const TracedMessage> messages, const TraceNames& names);
/// "wss 192.0.2.7:50112 (1001) → dering"; safe for a terminal.
std::string way_of(const TracedMessage& message, const TraceNames& names);
/// "INVITE sip:1002@pbx.test  1 INVITE  3f2a9c"; safe for a terminal.
std::string first_line_of(const TracedMessage& message);
/// As a packet of a file that pcap_header() begins.
std::string packet_of(const TracedMessage& message);

}  // namespace dering::monitor
