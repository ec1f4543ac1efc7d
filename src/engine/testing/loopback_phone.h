// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "base/file_descriptor.h"
#include "engine/testing/checks.h"

namespace dering::engine::testing {

/// A UDP socket on a loopback address of its own, which talks to an engine at 127.0.0.1.
class LoopbackPhone {
 public:
  LoopbackPhone(const char* ip, std::uint16_t engine_port)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
        engine_(address("127.0.0.1", engine_port)) {
    sockaddr_in own = address(ip, 0);
    socklen_t size = sizeof own;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&own), size), 0);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
    address_ = std::string(ip) + ":" + std::to_string(ntohs(own.sin_port));
  }

  const std::string& address_text() const { return address_; }

  void send(const Datagram& bytes) const {
    const auto* to = reinterpret_cast<const sockaddr*>(&engine_);
    EXPECT_EQ(::sendto(socket_.get(), bytes.data(), bytes.size(), 0, to, sizeof engine_),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What has come by now, or within `milliseconds`; nothing is an empty datagram.
  Datagram receive(int milliseconds = 0) const {
    pollfd readable{socket_.get(), POLLIN, 0};
    if (::poll(&readable, 1, milliseconds) <= 0) return {};
    std::array<std::uint8_t, 2048> buffer{};
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &size);
    EXPECT_EQ(from.sin_addr.s_addr, engine_.sin_addr.s_addr) << "not from the engine's address";
    return {buffer.begin(), buffer.begin() + got};
  }

  /// Of the packet that has come: the byte of the IP header; -1: none has.
  int traffic_class() const {
    std::array<std::uint8_t, 2048> buffer{};
    alignas(cmsghdr) std::array<std::byte, 64> control{};
    iovec part{buffer.data(), buffer.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    if (::recvmsg(socket_.get(), &header, MSG_DONTWAIT) < 0) return -1;
    const cmsghdr* note = CMSG_FIRSTHDR(&header);
    if (note == nullptr || note->cmsg_type != IP_TOS) return -1;
    return *CMSG_DATA(note);
  }

 private:
  static sockaddr_in address(const char* ip, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    EXPECT_EQ(::inet_pton(AF_INET, ip, &result.sin_addr), 1);
    return result;
  }

  FileDescriptor socket_;
  sockaddr_in engine_;
  std::string address_;
};

}  // namespace dering::engine::testing
