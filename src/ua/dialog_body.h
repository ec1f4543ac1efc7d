// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/writer.h"
#include "ua/session_timer.h"

namespace dering::ua {

/// Ends a message with a description, or without a body where there is none.
inline std::string finish_with(sip::MessageWriter& writer, std::string_view sdp) {
  return sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp);
}

/// To a 2xx. RFC 4028 §9: a peer that shall refresh is told that it has to understand so.
inline void add_session_expires(sip::MessageWriter& writer, const SessionTerms& terms) {
  if (terms.refresher == SessionTerms::Refresher::peer) writer.header("Require", "timer");
  writer.header(sip::HeaderId::session_expires, session_expires_in_answer(terms));
}

}  // namespace dering::ua
