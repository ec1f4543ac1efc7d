// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/native_address.h"
#include "base/text.h"

namespace dering::net::testing {

/// A blocking TCP client for tests, which sends exactly the bytes it is told, however wrong. Every
/// read gives up after some seconds, so that a broken edge fails a test and does not hang it.
class LoopbackClient {
 public:
  struct Options {
    int receive_buffer = 0;  ///< 0: the kernel's choice
  };

  explicit LoopbackClient(const SocketAddress& address) : LoopbackClient(address, Options{}) {}
  LoopbackClient(const SocketAddress& address, Options options)
      : fd_(::socket(family_of(address), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (options.receive_buffer > 0) {
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof(int));
    }
    const NativeAddress native = to_native(address, family_of(address));
    EXPECT_EQ(::connect(fd_.get(), native.get(), native.size), 0);
  }

  /// Our end of the connection.
  SocketAddress local() const {
    NativeAddress native;
    EXPECT_EQ(::getsockname(fd_.get(), native.get(), &native.size), 0);
    return from_native(native);
  }

  /// False when the edge has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Up to and with `ending`; shorter when the connection ended before.
  std::string read_until(std::string_view ending) {
    std::size_t at = std::string::npos;
    while ((at = buffer_.find(ending)) == std::string::npos && receive()) {
    }
    return take(at == std::string::npos ? buffer_.size() : at + ending.size());
  }

  std::string read_exactly(std::size_t size) {
    while (buffer_.size() < size && receive()) {
    }
    return take(std::min(size, buffer_.size()));
  }

  std::string read_to_end() {
    while (receive()) {
    }
    return take(buffer_.size());
  }

  /// True when the edge closes within the time limit; what it sends before is forgotten.
  bool sees_end() {
    read_to_end();
    return has_ended_;
  }

  void shutdown_send() { ::shutdown(fd_.get(), SHUT_WR); }
  /// Closes with a reset instead of a farewell.
  void reset() {
    const ::linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    fd_ = FileDescriptor();
  }

 private:
  bool receive() {
    char bytes[16 * 1024];
    const auto size = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    has_ended_ = size == 0 || (size < 0 && errno == ECONNRESET);
    if (size <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }
  std::string take(std::size_t size) {
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }

  FileDescriptor fd_;
  std::string buffer_;
  bool has_ended_ = false;
};

struct ReceivedResponse {
  int status = 0;
  std::string head;
  std::string body;

  std::string field(std::string_view name) const {
    std::string_view rest = head;
    while (!rest.empty()) {
      std::string_view line = take_until(rest, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      const std::string_view found = take_until(line, ':');
      if (equals_ignoring_case(found, name)) return std::string(trimmed(line));
    }
    return {};
  }
};

/// Status 0 when the connection ended without a response.
inline ReceivedResponse read_response(LoopbackClient& client, bool has_body = true) {
  ReceivedResponse response;
  response.head = client.read_until("\r\n\r\n");
  if (!response.head.starts_with("HTTP/1.1 ")) return {};
  response.status = to_number<std::uint16_t>(response.head.substr(9, 3)).value_or(0);
  const auto length = to_number<std::size_t>(response.field("Content-Length"));
  if (has_body && length) response.body = client.read_exactly(*length);
  return response;
}

inline ReceivedResponse get(LoopbackClient& client, std::string_view target) {
  client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: phone.example\r\n\r\n");
  return read_response(client);
}

}  // namespace dering::net::testing
