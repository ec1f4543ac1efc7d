// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace dering::srtp {

/// RFC 3711 §3.3.1 and appendix A: the packet index whose lower half is the sequence number and
/// that is nearest to the highest index so far. Nothing if it would lie before the first wrap or
/// behind the last one.
constexpr std::optional<std::uint64_t> guess_index(std::uint64_t highest, std::uint16_t sequence) {
  const auto ahead = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(highest));
  const std::int64_t index = static_cast<std::int64_t>(highest) + ahead;
  if (index < 0 || index >= std::int64_t{1} << 48) return std::nullopt;
  return static_cast<std::uint64_t>(index);
}

}  // namespace dering::srtp
