// SPDX-License-Identifier: Apache-2.0
#include "identity/refusal_log.h"

#include <fmt/format.h>

#include <utility>

namespace dering::identity {

std::vector<std::string> RefusalLog::on_refused(TokenFault fault, std::string_view from,
                                                UnixSeconds now) {
  Reason& reason = reasons_.at(static_cast<std::size_t>(fault));
  std::vector<std::string> lines;
  const bool is_over = now >= reason.since + window;
  // A clock that was set back must not silence a reason until it is where it was.
  if (is_over || now < reason.since) {
    const auto [since, refused] = std::exchange(reason, {now, 0});
    if (refused > most_lines) {
      lines.push_back(
          fmt::format("{} more tokens refused: {}", refused - most_lines, name_of(fault)));
    }
  }
  if (++reason.refused <= most_lines) {
    lines.push_back(fmt::format("token refused from {}: {}", from, name_of(fault)));
  }
  return lines;
}

std::vector<std::string> RefusalLog::on_time(UnixSeconds now) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < reasons_.size(); ++i) {
    Reason& reason = reasons_[i];
    if (reason.refused <= most_lines || now < reason.since + window) continue;
    lines.push_back(fmt::format("{} more tokens refused: {}", reason.refused - most_lines,
                                name_of(static_cast<TokenFault>(i))));
    reason = {};
  }
  return lines;
}

}  // namespace dering::identity
