// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "media/phone.h"
#include "subject/phone_socket.h"

namespace dering::bench {

/// Many phones whose sound ends at the engine, on one socket.
class Street {
 public:
  struct Result {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t wrong = 0;  ///< not authentic, or of another payload type
  };

  explicit Street(std::vector<Phone> phones);

  const PhoneSocket& socket() const { return socket_; }
  std::size_t size() const { return phones_.size(); }
  Phone& phone(std::size_t at) { return phones_[at]; }
  /// A check from each phone that does ICE. False if some are never answered.
  bool connect(const std::string& pwd);
  /// Each phone sends a packet each interval. What comes after the last one is not waited for: an
  /// engine that decodes goes on speaking then, with sound that it makes up.
  Result talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration);
  Result wait_for_the_rest();

 private:
  void send(std::size_t first, std::size_t count);
  void take(std::size_t at, Result& result);

  std::vector<Phone> phones_;
  PhoneSocket socket_;
};

}  // namespace dering::bench
