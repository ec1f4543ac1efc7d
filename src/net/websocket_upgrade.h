// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "net/http_message.h"

namespace dering::net {

/// The status with which a request for SIP over WebSocket is refused, or 101 (RFC 6455 §4.2.1,
/// RFC 7118 §4). The Origin must be on the list, byte for byte: a page from anywhere else could
/// otherwise use the phone of whoever visits it (hostile-input D10).
int judge_upgrade(const HttpFields& fields, std::span<const std::string> allowed_origins);

}  // namespace dering::net
