// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <chrono>

namespace dering::bench {

/// The control row: a loop on the subject's CPU that sends each batch of datagrams back to where it
/// came from. What it costs is the kernel's part of the work, and the mood of the machine.
class BareEcho {
 public:
  /// With a nap the loop sleeps so long between batches, as a busy engine does; without, each
  /// datagram that finds it waiting wakes it.
  explicit BareEcho(std::chrono::nanoseconds nap = {});
  BareEcho(const BareEcho&) = delete;
  BareEcho& operator=(const BareEcho&) = delete;
  ~BareEcho();

  pid_t pid() const { return pid_; }
  const sockaddr_in& address() const { return address_; }

 private:
  pid_t pid_ = 0;
  sockaddr_in address_{};
};

}  // namespace dering::bench
