// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dering::sip {

inline constexpr std::string_view presence_info_type = "application/pidf+xml";

/// What a NOTIFY of the package "presence" tells (RFC 3856, RFC 3863).
struct PresenceInfo {
  /// With the activities of RFC 4480 for those that know them; all others read open or closed.
  enum class State : std::uint8_t { closed, open, on_the_phone, away, busy };

  std::string entity;  ///< URI of who is watched
  State state = State::closed;

  bool operator==(const PresenceInfo&) const = default;
};

/// The document, in UTF-8.
std::string presence_info(const PresenceInfo& info);

}  // namespace dering::sip
