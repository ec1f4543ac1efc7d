// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sip/message/message.h"

namespace dering::ua {

// What we are able to do, as we say it to every peer (RFC 3261 §20.5, §20.1, §20.37). A method that
// becomes possible, or a body that can be read, is added here and nowhere else.

/// Value of Allow.
inline constexpr std::string_view allowed_methods =
    "INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS, REGISTER";
/// Value of Accept, outside a dialog and in an INVITE.
inline constexpr std::string_view accepted_bodies = "application/sdp";
/// Value of Accept inside a dialog.
inline constexpr std::string_view accepted_bodies_in_dialog =
    "application/sdp, application/dtmf-relay";
/// Value of Supported.
inline constexpr std::string_view supported_extensions = "timer";

}  // namespace dering::ua
