// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace dering::routing {

/// A day and time as people write it: "2026-12-25 09:00", what stands behind it apart.
struct ClockTime {
  std::chrono::sys_seconds time;  ///< as if it were UTC
  std::string_view zone;          ///< "", "Z", "+07:00"; anything else is none
};
std::optional<ClockTime> clock_time_in(std::string_view text);

/// The moment of a text with a zone: "2026-12-25T09:00Z", "2026-12-25 09:00+07:00".
std::optional<std::chrono::sys_seconds> moment_in(std::string_view text);

}  // namespace dering::routing
