// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/header.h"

// Reads messages that we wrote ourselves: no folding, one header field a line, long names.

namespace dering::sip {

/// Value of the first such header field of a message of ours; empty when absent.
std::string_view header_of_own(std::string_view message, HeaderId id);

/// Start line and header fields, without the body.
std::string_view head_of_own(std::string_view message);

/// The ACK of a non-2xx response to an INVITE of ours (RFC 3261 §17.1.1.3): `to` is the To of that
/// response.
std::string ack_of_own(std::string_view invite, std::string_view to);

/// The CANCEL of an INVITE of ours (RFC 3261 §9.1). `reason` is a Reason value (RFC 3326) or empty.
std::string cancel_of_own(std::string_view invite, std::string_view reason);

}  // namespace dering::sip
