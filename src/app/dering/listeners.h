// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "app/dering/config.h"
#include "app/dering/data_directory.h"
#include "net/edge.h"
#include "net/udp_socket.h"

namespace dering::app {

/// Whether this kernel knows IPv6 at all.
bool has_ipv6();

/// Where to listen; without IPv6 all addresses are those of IPv4.
SocketAddress address_of(const Listen& listen, bool has_ipv6 = app::has_ipv6());

struct Listeners {
  std::unique_ptr<net::Edge> edge;
  net::UdpSocket sip;
};

/// Binds all sockets of the switchboard, UDP on the same port as TCP.
std::expected<Listeners, std::string> open_listeners(const Config& config, const DataPaths& paths,
                                                     net::EdgeCallbacks callbacks);

/// "http://localhost:8080", "https://<host>:8443", …: how browsers may reach the phone.
std::vector<std::string> origins_of(const Config& config, const net::Edge& edge);

/// "https://<host>:8443", under the name below.
std::string https_of(const Config& config, const net::Edge& edge);

/// The name in the https address: as configured, that of the first public address, or the
/// machine's.
std::string host_of(const Config& config);

}  // namespace dering::app
