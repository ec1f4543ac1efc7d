// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>
#include <netinet/in.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "machine/machine.h"

namespace dering::bench {

/// A dering-media of our own on CPU 0. Ends with its owner.
class EngineUnderTest {
 public:
  /// With RTP ports for so many phones without ICE.
  explicit EngineUnderTest(const std::filesystem::path& program, std::size_t rtp_phones = 0);
  EngineUnderTest(const EngineUnderTest&) = delete;
  EngineUnderTest& operator=(const EngineUnderTest&) = delete;

  pid_t pid() const { return subject_->pid(); }
  const sockaddr_in& address() const { return address_; }
  const std::string& pwd() const { return pwd_; }
  /// The RTP port of each phone without ICE.
  const std::vector<std::uint16_t>& rtp_ports() const { return rtp_ports_; }
  void command(const media::v2::Command& command);
  /// Opens so many sealed calls; returns the user fragments of their ports, two a call.
  std::vector<std::string> open_calls(std::size_t count);

 private:
  bool greet();

  std::filesystem::path socket_path_;
  std::string pwd_ = "0123456789abcdefghijklmnop";
  std::optional<Subject> subject_;
  FileDescriptor socket_;
  sockaddr_in address_{};
  std::vector<std::uint16_t> rtp_ports_;
};

}  // namespace dering::bench
