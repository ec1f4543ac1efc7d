// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "sip/message/header.h"

namespace dering::sip {

/// What is wrong with a header field that a request can't do without.
enum class Wrong : std::uint8_t { malformed, missing, repeated, control_character };

/// Static text for the reason phrase of a 400 that says which field is at fault and nothing of what
/// stood in it: "Bad Via", "Missing Content-Length". Not for HeaderId::other.
std::string_view refusal_phrase(Wrong wrong, HeaderId field);

}  // namespace dering::sip
