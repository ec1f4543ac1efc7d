// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "machine/machine.h"

namespace dering::bench {

/// A real dering on the subject's CPU, with a data folder of its own that ends with it, as many
/// users as asked for, one desk phone each, and its media engine as its child.
class SwitchboardUnderTest {
 public:
  SwitchboardUnderTest(const std::filesystem::path& program, std::size_t users,
                       const std::string& log_level);
  SwitchboardUnderTest(const SwitchboardUnderTest&) = delete;
  SwitchboardUnderTest& operator=(const SwitchboardUnderTest&) = delete;
  ~SwitchboardUnderTest();

  pid_t pid() const { return subject_->pid(); }
  /// Where it takes SIP over UDP.
  const SocketAddress& address() const { return address_; }
  const std::vector<std::string>& extensions() const { return extensions_; }

 private:
  std::filesystem::path settings() const;
  void start(const std::filesystem::path& program);
  void add_users(std::size_t count);

  std::filesystem::path data_;
  std::optional<Subject> subject_;
  SocketAddress address_;
  std::vector<std::string> extensions_;
};

}  // namespace dering::bench
