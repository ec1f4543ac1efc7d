// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/socket_address.h"

namespace dering::engine {

/// The IPv4 addresses of this machine that phones could send to, at most four, the one that leads
/// outside first; the loopback address if there is no other. Ports are 0.
std::vector<SocketAddress> find_local_addresses();

}  // namespace dering::engine
