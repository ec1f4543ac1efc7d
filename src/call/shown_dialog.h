// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "call/leg.h"
#include "call/party.h"

namespace dering::call {

/// A leg as those who watch its person see it (RFC 4235). A value.
struct ShownDialog {
  LegId leg;
  Leg::Role role{};
  Leg::State state{};  ///< inviting, ringing or talking
  Party other;         ///< who is at the other end, or was dialled
  /// As we know it, with our tag as the local one; nothing before the phone has given its own.
  std::optional<sip::DialogId> names{};
};

}  // namespace dering::call
