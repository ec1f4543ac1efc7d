// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>

namespace dering::contract {

/// The longest message of the contract. Ready is the longest: it lists every bridge.
inline constexpr std::size_t most_message_bytes = 256 * 1024;

/// Sends one message as one packet, without waiting. False if the socket takes nothing now (errno
/// says EAGAIN), if it is closed, or if the message is too long.
bool send(int fd, const google::protobuf::MessageLite& message);

enum class Received : std::uint8_t {
  message,
  nothing,  ///< none is there now
  closed,   ///< by the other side, by an error, or for a packet that is not a message
};

/// Takes one packet without waiting. Any thread, one at a time per descriptor.
Received receive(int fd, google::protobuf::MessageLite& message);

/// Asks for socket buffers in which the longest message fits. Both ends call it.
void size_buffers(int fd);

}  // namespace dering::contract
