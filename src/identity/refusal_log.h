// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "identity/token_fault.h"

namespace dering::identity {

/// Says why tokens were refused, so that no flood of them fills the log: of each reason one line a
/// second, and then how many more there were. One thread.
class RefusalLog {
 public:
  static constexpr unsigned most_lines = 1;
  static constexpr std::chrono::seconds window{1};

  /// The lines to write about a token that `from` sent, which is an address or a protocol.
  std::vector<std::string> on_refused(TokenFault fault, std::string_view from, UnixSeconds now);
  /// Once a second: how many more there were of each reason, of which no line has told yet.
  std::vector<std::string> on_time(UnixSeconds now);

 private:
  struct Reason {
    UnixSeconds since{};
    std::size_t refused = 0;  ///< since then
  };
  std::array<Reason, 32> reasons_{};  ///< by TokenFault
};

}  // namespace dering::identity
