// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/message.h"

namespace dering::trunk::testing {

/// "401 Unauthorized" to a REGISTER of ours, with header fields of one's own, each ended by CRLF.
inline sip::Message response(std::string_view status, std::string_view fields = {}) {
  std::string text = "SIP/2.0 ";
  text.append(status)
      .append(
          "\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
          "To: <sip:a@b>;tag=2\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n")
      .append(fields)
      .append("Content-Length: 0\r\n\r\n");
  return *sip::Message::parse(text);
}

}  // namespace dering::trunk::testing
