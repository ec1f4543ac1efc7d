// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "base/socket_address.h"

namespace dering::sip {

enum class Transport : std::uint8_t { udp, tcp, tls, ws, wss };

/// The name as it stands in Via: "UDP", "TCP", "TLS", "WS", "WSS".
std::string_view via_name(Transport transport);
/// Reliable transports need no retransmission timers (RFC 3261 §17).
constexpr bool is_reliable(Transport transport) {
  return transport != Transport::udp;
}
constexpr bool is_websocket(Transport transport) {
  return transport == Transport::ws || transport == Transport::wss;
}

/// Where a message came from and where its answer goes (RFC 5626 calls it a flow): a connection,
/// or for UDP both addresses. A plain value; says nothing about whether it is still open.
struct Flow {
  Transport transport = Transport::udp;
  SocketAddress remote;
  std::uint64_t connection = 0;  ///< minted by the edge, never reused; 0 for UDP
  /// The address of ours that its messages come to and leave from; unspecified: not known.
  SocketAddress local{};

  auto operator<=>(const Flow&) const = default;
};

/// To the edge: close this connection, because its user's sign-in has ended.
struct CloseFlow {
  Flow flow;
};
/// To the edge: somebody has signed in on this connection. It may be silent for as long as it
/// likes, and is read faster than a stranger's.
struct KeepFlow {
  Flow flow;
};
/// How a connection ended, as far as its other end has said.
enum class FlowEnd : std::uint8_t {
  lost,  ///< it said nothing: a network, a machine that sleeps, a crash, or we ourselves
  left,  ///< a page that goes away (RFC 6455 §7.4.1, 1001): it is closed, or about to be loaded
         ///< anew
};
/// From the edge: the connection is gone.
struct FlowClosed {
  Flow flow;
  FlowEnd how = FlowEnd::lost;
};

}  // namespace dering::sip

template <>
struct std::hash<dering::sip::Flow> {
  std::size_t operator()(const dering::sip::Flow& flow) const noexcept {
    return flow.remote.hash() ^ static_cast<std::size_t>(flow.connection * 0x9e3779b97f4a7c15ULL) ^
           static_cast<std::size_t>(flow.transport);
  }
};
