// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/socket_address.h"

namespace dering::app {

/// Some phones send bytes that say nothing, to keep their way through a router open: line breaks
/// (RFC 5626 §3.5.1, of connections), blanks and NUL. Nobody waits for an answer.
bool is_bare_keep_alive(Bytes datagram);

/// True for what can only be STUN and never SIP: the first two bits are zero (RFC 5764 §5.1.2).
bool may_be_stun(Bytes datagram);

/// The answer to a STUN Binding request on the SIP port: what a phone keeps its flow alive with
/// (RFC 5626 §8). Nothing else is answered. Leaves no state, and is never more than three times the
/// request, since anybody can send one in the name of another.
std::optional<std::string> answer_to_keep_alive(Bytes datagram, const SocketAddress& source);

/// Well-formed STUN that asks for nothing of ours: an indication, a response, another method.
bool is_unanswered_stun(Bytes datagram);

}  // namespace dering::app
