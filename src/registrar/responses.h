// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/instant.h"

namespace dering::registrar {

/// "Sat, 13 Nov 2010 23:29:00 GMT" (RFC 3261 §20.17).
std::string date_value(UnixSeconds wall);

/// The only challenge on a WebSocket (RFC 8898 §2.3). JsSIP drops a response whose challenge has no
/// parameters, and reads them separated by commas only. `sent_one`: a token came, but not a valid
/// one.
std::string bearer_challenge(const std::string& realm, const std::string& authorization_server,
                             bool sent_one);

}  // namespace dering::registrar
