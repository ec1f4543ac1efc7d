// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dering::call {

/// Content-Type of an INFO in which a page tells what it counted. Ours alone.
inline constexpr std::string_view page_line_type = "application/x-dering-line";

/// What the page of a sealed call has counted of the sound that it heard: nobody else can.
struct PageLine {
  std::uint64_t received = 0;    ///< packets since the call began
  std::uint64_t lost = 0;        ///< packets
  std::uint32_t jitter = 0;      ///< microseconds
  std::uint32_t round_trip = 0;  ///< milliseconds; 0: not known
  std::uint32_t level = 0;       ///< of the other one, dB below full scale; 0: not known
};

/// "received=1500;lost=3;jitter=900;round-trip=23;level=31": what is not named is not known, and
/// names that nobody knows are left alone. Nothing if a number is none.
std::optional<PageLine> parse_page_line(std::string_view body);

}  // namespace dering::call
