// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/dialog/dialog.h"

namespace dering::sip {

inline constexpr std::string_view dialog_info_type = "application/dialog-info+xml";

/// One dialog of somebody who is watched (RFC 4235 §4.1.1). Texts as they are; the writer escapes.
struct WatchedDialog {
  enum class State : std::uint8_t { trying, early, confirmed, terminated };
  enum class Direction : std::uint8_t { initiator, recipient };

  std::string id;  ///< the same for as long as it lives
  State state = State::trying;
  Direction direction = Direction::initiator;
  /// By which it can be picked up (RFC 3891), as the one who is watched knows it; nothing for who
  /// may not, and where the phone has not given its tag yet.
  std::optional<DialogId> names{};
  std::string remote_uri{};   ///< empty: who it is, is not told (RFC 3323)
  std::string remote_name{};  ///< may be empty

  bool operator==(const WatchedDialog&) const = default;
};

/// What a NOTIFY of the package "dialog" tells.
struct DialogInfo {
  /// RFC 4235 §3.9: either all dialogs, or those that have changed.
  enum class Extent : std::uint8_t { full, partial };

  std::uint32_t version = 0;  ///< one more with each NOTIFY of a subscription
  Extent extent = Extent::full;
  std::string entity;  ///< URI of who is watched
  std::vector<WatchedDialog> dialogs;
};

/// The document, in UTF-8.
std::string dialog_info(const DialogInfo& info);

}  // namespace dering::sip
