// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "base/instant.h"
#include "base/table_size.h"
#include "base/text_hash.h"
#include "base/timer_queue.h"
#include "engine/address_table.h"
#include "engine/bridge/bridge.h"
#include "engine/bridge/party.h"
#include "engine/port.h"
#include "engine/rtp_table.h"

namespace dering::engine {

/// All that a media thread holds, and how it is found. One thread.
struct Tables {
  struct Timer {
    std::uint64_t port;
    Instant at;
  };

  explicit Tables(std::span<const RtpPorts> rtp_ports) : rtp(rtp_ports) {}

  Port* port(std::uint64_t id) const {
    const auto found = ports.find(id);
    return found == ports.end() ? nullptr : found->second;
  }
  /// After anything that may have moved the port's deadline.
  void schedule(Port& port) {
    const auto deadline = port.next_deadline();
    if (!deadline || (port.timer_at && *port.timer_at <= *deadline)) return;
    port.timer_at = deadline;
    timers.add(*deadline, {port.id, *deadline});
  }
  /// After a packet of a port with keys: those who hear it may have something to do, too.
  void schedule_with_hearers(Port& port) {
    schedule(port);
    for (const Party* hearer : port.party->hearers()) schedule(hearer->port());
  }
  void list(TableSizes& out) const {
    out.insert(out.end(), {{"bridges", bridges.size()},
                           {"ports", ports.size()},
                           {"user fragments", ufrags.size()},
                           {"learnt addresses", addresses.size()},
                           {"RTP ports", rtp.size()},
                           {"port timers", timers.size()}});
  }

  AddressTable<Port> addresses;
  std::unordered_map<std::string, Port*, TextHash, std::equal_to<>> ufrags;
  RtpTable rtp;
  std::unordered_map<std::uint64_t, std::unique_ptr<Bridge>> bridges;
  std::unordered_map<std::uint64_t, Port*> ports;
  TimerQueue<Timer> timers;
};

}  // namespace dering::engine
