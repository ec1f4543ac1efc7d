// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "base/file_descriptor.h"

// Unix sockets by which programs of this machine talk to the running dering. Blocking calls, none
// of which waits for a peer.
namespace dering::net {

enum class LocalPeer : std::uint8_t {
  nobody,     ///< no socket there, or one that a killed program left behind
  somebody,   ///< a program listens
  forbidden,  ///< the socket is there and not for us
};
LocalPeer local_peer(const std::filesystem::path& path);

/// A listening socket of mode 0600. One that nobody listens on any more is replaced; the file of
/// anything else is not. The error is one sentence.
std::expected<FileDescriptor, std::string> listen_locally(const std::filesystem::path& path);

/// Whether the program at the other end runs as the same user as this one, or as root
/// (SO_PEERCRED). The mode of the file says the same; this holds even if somebody changed it.
bool is_own_peer(int fd);

}  // namespace dering::net
