// SPDX-License-Identifier: Apache-2.0
#include "contract/seqpacket.h"

#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace dering::contract {

bool send(int fd, const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  if (bytes.size() > most_message_bytes) return false;
  ssize_t sent;
  do {
    sent = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(bytes.size());
}

Received receive(int fd, google::protobuf::MessageLite& message) {
  static thread_local std::vector<char> buffer(most_message_bytes);
  iovec part{buffer.data(), buffer.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ssize_t got;
  do {
    got = ::recvmsg(fd, &header, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return errno == EAGAIN || errno == EWOULDBLOCK ? Received::nothing : Received::closed;
  }
  // A packet of no bytes and the end look alike; no message of the contract is empty.
  const bool is_message = got > 0 && (header.msg_flags & MSG_TRUNC) == 0 &&
                          message.ParseFromArray(buffer.data(), static_cast<int>(got));
  return is_message ? Received::message : Received::closed;
}

void size_buffers(int fd) {
  const int size = static_cast<int>(most_message_bytes);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

}  // namespace dering::contract
