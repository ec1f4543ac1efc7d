// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/socket_address.h"

namespace dering::app {

/// This machine's IP addresses of interfaces that are up, loopback last, link-local left out.
std::vector<SocketAddress> own_addresses();
/// Its name; "localhost" if it has none.
std::string own_host_name();

}  // namespace dering::app
