// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "calls/callers.h"
#include "calls/line.h"

namespace dering::bench {

/// Lines that register, one REGISTER each in turn, through the socket they are called on.
class Registrations {
 public:
  struct Counts {
    std::uint64_t begun = 0;
    std::uint64_t done = 0;
    std::uint64_t refused = 0;
    std::uint64_t lost() const { return begun - done - refused; }
  };

  Registrations(PhoneSocket& socket, std::vector<Line>& lines)
      : socket_(socket), lines_(lines), cseq_(lines.size()), is_open_(lines.size()) {}

  void begin(Challenge challenge);
  void receive();
  void flush() { socket_.flush(); }
  Counts take_counts() { return std::exchange(counts_, {}); }

 private:
  void send(std::size_t line, bool with_credentials);
  void take(const sip::Message& response);

  PhoneSocket& socket_;
  std::vector<Line>& lines_;
  std::vector<std::uint32_t> cseq_;
  std::vector<bool> is_open_;
  std::size_t next_ = 0;
  std::uint64_t last_branch_ = 0;
  Counts counts_;
};

}  // namespace dering::bench
