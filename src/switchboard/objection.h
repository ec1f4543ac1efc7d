// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/message/message.h"

namespace dering::switchboard {

/// Why a request cannot be served, whoever sends it: the final response and a header field that
/// tells the sender what would have been understood.
struct Objection {
  int status = 400;
  std::string_view field;  ///< empty: none
  std::string value;
  std::string_view phrase = {};  ///< static text that says why; empty: the usual one of the status
};

/// Judges a request that could be parsed by RFC 3261 §8.2: method, Request-URI, extensions, body.
/// Nothing: it may be served.
std::optional<Objection> objection_to(const sip::Message& request);

}  // namespace dering::switchboard
