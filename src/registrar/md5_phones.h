// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/message/message.h"

namespace dering::registrar {

/// True for programs that give up where they see a challenge they do not know, although another one
/// stands beside it (against RFC 3261 §22.1): baresip before 2 in whatever order the two stand,
/// SIPp to 3.6 if the first is unknown. They can be offered nothing but MD5. They are known by
/// what they say of themselves, never by whom they sign in.
bool stops_at_sha256(const sip::Message& request);

}  // namespace dering::registrar
