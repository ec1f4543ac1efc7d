// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file_descriptor.h"

namespace dering::bench {

/// Binds the calling thread, and what it starts, to one CPU.
void pin_to_cpu(unsigned cpu);

/// CPU time that a process has used so far, of all its threads.
std::chrono::nanoseconds cpu_time_of(pid_t pid);

/// A dering-media of our own on CPU 0, with sealed calls. Ends with its owner.
class EngineUnderTest {
 public:
  explicit EngineUnderTest(const std::filesystem::path& program);
  EngineUnderTest(const EngineUnderTest&) = delete;
  EngineUnderTest& operator=(const EngineUnderTest&) = delete;
  ~EngineUnderTest();

  pid_t pid() const { return pid_; }
  const sockaddr_in& address() const { return address_; }
  const std::string& pwd() const { return pwd_; }
  /// Opens so many calls; returns the user fragments of their ports, two a call.
  std::vector<std::string> open_calls(std::size_t count);

 private:
  bool greet();

  std::filesystem::path socket_path_;
  std::string pwd_ = "0123456789abcdefghijklmnop";
  pid_t pid_ = 0;
  FileDescriptor socket_;
  sockaddr_in address_{};
};

/// The control row: a loop that sends each batch back to where it came from, on CPU 0. What it
/// costs is the kernel's part of a relay.
class BareEcho {
 public:
  BareEcho();
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
