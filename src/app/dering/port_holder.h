// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/socket_address.h"

namespace dering::app {

enum class PortKind : std::uint8_t { tcp, udp };

/// A socket as a line of /proc/net/tcp, tcp6, udp or udp6 shows it (proc(5)).
struct KernelSocket {
  SocketAddress local;
  bool is_listening = false;  ///< a TCP listener; for UDP any socket
  unsigned user = 0;
  std::string inode;
};

/// Nothing for the headline and for what is not laid out so.
std::optional<KernelSocket> parse_kernel_socket(std::string_view line, PortKind kind);

/// Who keeps us from an address and port: "asterisk (process 812)"; "a program
/// of user asterisk" where only root may see which; "another program" where
/// nothing is known. May take some 10 ms.
std::string holder_of(PortKind kind, const SocketAddress& address);

/// Binds and closes at once: 0, or errno of what kept us from it.
int bind_error(PortKind kind, const SocketAddress& address);

}  // namespace dering::app
