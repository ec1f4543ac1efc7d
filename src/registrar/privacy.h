// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/message/message.h"

namespace dering::registrar {

/// True if the caller does not want to be named to the callee: From is anonymous (RFC 3323 §4.1),
/// or Privacy asks for it with id, user or header (RFC 3323 §4.2, RFC 3325 §9.3). Who calls is
/// then known from the credentials alone.
bool hides_caller(const sip::Message& request);

}  // namespace dering::registrar
