// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::sip {

/// Where the responses to a request go that came on `source` (RFC 3261 §18.2.2, RFC 3581 §4). Over
/// a connection: back on it. Over UDP: to the address and port that it came from, unless the sender
/// asked for no `rport` and stands at the very address it names in its Via: then it listens at the
/// port of that Via, 5060 if it names none. Never to another address than the one it came from,
/// whatever Via or `maddr` say: the answer to a forged request must not reach a third party. A
/// sender that names another address stands behind a NAT, where only the source port leads back.
Flow response_flow(const Flow& source, const Message& request);

}  // namespace dering::sip
