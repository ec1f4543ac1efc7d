// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/socket_address.h"

// What this machine knows of addresses: its own ones, the ways to others, and names.

namespace dering::net {

/// The address of a name or of an address as text, with port 0; IPv4 if there is any. Asks DNS and
/// may take seconds: at the start only.
std::optional<SocketAddress> look_up(const std::string& host);
/// The address of ours that a client behind a proxy would reach, with the port that the proxy came
/// to; `local` itself if there is no proxy.
SocketAddress local_towards(const SocketAddress& local, const std::optional<SocketAddress>& client);
/// Whether this machine has the address (whatever the port) at the moment.
bool is_own(const SocketAddress& address);
/// The address of this machine that packets to that peer leave from, with port 0; nothing if there
/// is no way to it. Sends nothing.
std::optional<SocketAddress> source_towards(const SocketAddress& peer);

}  // namespace dering::net
