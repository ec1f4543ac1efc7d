// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "sip/flow.h"

namespace dering::ua {

// What we are able to do, as we say it to every peer (RFC 3261 §20.5, §20.1, §20.37). A method that
// becomes possible, or a body that can be read, is added here and nowhere else.

/// Value of Allow.
inline constexpr std::string_view allowed_methods =
    "INVITE, ACK, CANCEL, BYE, UPDATE, PRACK, INFO, REFER, OPTIONS, REGISTER, SUBSCRIBE, "
    "MESSAGE";
/// Value of Allow-Events: what of a person can be watched (RFC 6665 §8.2.2).
inline constexpr std::string_view allowed_events = "dialog, presence";
/// Value of Accept, outside a dialog and in an INVITE.
inline constexpr std::string_view accepted_bodies = "application/sdp";
/// Value of Accept for a MESSAGE.
inline constexpr std::string_view accepted_texts = "text/plain";
/// Value of Accept inside a dialog.
inline constexpr std::string_view accepted_bodies_in_dialog =
    "application/sdp, application/dtmf-relay";
/// Provisional responses that are acknowledged (RFC 3262).
inline constexpr std::string_view reliable_provisionals = "100rel";
/// What a peer may require of us (RFC 3261 §8.2.2.3).
inline constexpr std::array understood_extensions{std::string_view("timer"), reliable_provisionals,
                                                  std::string_view("replaces")};
/// Value of Supported where the peer shall not send provisional responses reliably.
inline constexpr std::string_view supported_but_reliable = "timer, replaces";
/// Value of Supported towards a peer. Browsers are not told of 100rel: JsSIP knows no PRACK.
constexpr std::string_view supported_extensions(const sip::Flow& flow) {
  return is_websocket(flow.transport) ? supported_but_reliable : "timer, 100rel, replaces";
}

}  // namespace dering::ua
