// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "machine/machine.h"

namespace dering::bench {

/// A Kamailio on the subject's CPU, for comparison: a stateful proxy with Record-Route (modules tm,
/// rr, registrar, usrloc in memory) that asks nobody who he is and keeps no record of calls. Two
/// children read the UDP socket; its memory is the quick one (-x fm).
class ProxyUnderTest {
 public:
  ProxyUnderTest(const std::filesystem::path& kamailio, std::size_t users);
  ProxyUnderTest(const ProxyUnderTest&) = delete;
  ProxyUnderTest& operator=(const ProxyUnderTest&) = delete;
  ~ProxyUnderTest();

  pid_t pid() const { return subject_->pid(); }
  const SocketAddress& address() const { return address_; }
  const std::vector<std::string>& extensions() const { return extensions_; }

 private:
  std::filesystem::path settings_;
  std::optional<Subject> subject_;
  SocketAddress address_;
  std::vector<std::string> extensions_;
};

}  // namespace dering::bench
