// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "media/phone.h"

namespace dering::bench {

/// Many phones on one UDP socket: phone i is 127.1.0.0 + i, told apart by IP_PKTINFO. All together
/// they send evenly.
class Street {
 public:
  struct Result {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t wrong = 0;  ///< not authentic, or of another payload type
  };

  explicit Street(std::vector<Phone> phones);

  /// "127.1.0.3:40000"
  std::string address_of(std::size_t phone) const;
  std::uint16_t port() const;
  Phone& phone(std::size_t at) { return phones_[at]; }
  /// A check from each phone that does ICE. False if some are never answered.
  bool connect(const std::string& pwd);
  /// Each phone sends a packet each interval.
  Result talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration);

 private:
  struct Buffers;
  void send(std::size_t first, std::size_t count);
  std::size_t receive();
  std::size_t phone_of(std::size_t at) const;
  void take(std::size_t at, Result& result);
  std::size_t take_answers(std::vector<bool>& answered);

  std::vector<Phone> phones_;
  FileDescriptor socket_;
  std::shared_ptr<Buffers> buffers_;
};

}  // namespace dering::bench
