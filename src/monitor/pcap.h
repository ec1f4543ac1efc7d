// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/socket_address.h"

namespace dering::monitor {

/// One SIP message as a datagram, whichever way it went.
struct Datagram {
  std::int64_t at_microseconds = 0;  ///< since 1970-01-01 UTC
  SocketAddress from;
  SocketAddress to;
  std::string_view text;
};

/// The beginning of a file of packets as libpcap reads it: version 2.4, microseconds, raw IP.
std::string pcap_header();
/// One message as a packet of such a file, with headers of IP and UDP that are made for it:
/// messages over WebSocket and TLS can be read like all others. IPv6 unless both addresses are
/// IPv4. Longer than a datagram can be, it is cut.
std::string pcap_packet(const Datagram& datagram);

}  // namespace dering::monitor
