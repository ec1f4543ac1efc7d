// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "calls/line.h"

namespace dering::bench {

/// Somebody without credentials, on a socket of its own, who sends requests of one method as a desk
/// phone would send its first one. Each is answered once and leaves nothing behind.
class Stranger {
 public:
  Stranger(const SocketAddress& subject, std::string method);

  /// Queues the next request.
  void ask();
  void flush() { socket_.flush(); }
  void receive();

  std::uint64_t asked() const { return asked_; }
  /// By status code.
  const std::map<int, std::uint64_t>& answers() const { return answers_; }
  std::uint64_t answered() const;
  std::size_t request_size() const { return request_size_; }

 private:
  PhoneSocket socket_;
  std::string method_;
  std::uint64_t asked_ = 0;
  std::size_t request_size_ = 0;
  std::map<int, std::uint64_t> answers_;
};

}  // namespace dering::bench
