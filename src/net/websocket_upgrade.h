// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "net/http_message.h"

namespace dering::net {

/// Whether a page that names this origin, or a program that names none, may be a phone.
bool is_known_origin(const HttpFields& fields, std::span<const std::string> allowed_origins);

/// The status with which a request for SIP over WebSocket is refused, or 101 (RFC 6455 §4.2.1,
/// RFC 7118 §4). The Origin must be on the list, byte for byte: a page from anywhere else could
/// otherwise use the phone of whoever visits it (hostile-input D10).
/// A program that is no browser names none; it may where the list has "none".
int judge_upgrade(const HttpFields& fields, std::span<const std::string> allowed_origins);

/// Why it was refused with 403, and what to set if it should not have been.
std::string foreign_origin_sentence(const HttpFields& fields);

}  // namespace dering::net
