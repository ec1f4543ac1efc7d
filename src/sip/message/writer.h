// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::sip {

/// Writes one message, start line first, body last. Values must be free of CR, LF and NUL: a value
/// that is not breaks an invariant of ours, since all text from outside is parsed before it is
/// written (hostile-input F6). UTF-8 throughout.
class MessageWriter {
 public:
  static MessageWriter request(std::string_view method, std::string_view request_uri);
  static MessageWriter response(int status, std::string_view reason_phrase);
  /// A response with Via (all, the topmost completed with received and rport, RFC 3581), From, To
  /// (with `to_tag` if the request had none), Call-ID and CSeq copied (RFC 3261 §8.2.6).
  static MessageWriter response_to(const Message& request, const SocketAddress& source, int status,
                                   std::string_view reason_phrase, std::string_view to_tag);

  MessageWriter& header(std::string_view name, std::string_view value);
  MessageWriter& header(HeaderId id, std::string_view value);
  MessageWriter& header(HeaderId id, std::uint64_t value);

  /// Adds Content-Length: 0. Ends the writer.
  std::string finish();
  /// Adds Content-Type, Content-Length and the body. Ends the writer.
  std::string finish(std::string_view content_type, std::string_view body);

 private:
  explicit MessageWriter(std::string start_line);
  MessageWriter& append(std::string_view name, std::string_view value);

  std::string text_;
};

/// The phrase of RFC 3261 §21 and later RFCs for a status ("Busy Here"); "Unknown" for others.
std::string_view reason_phrase(int status);

}  // namespace dering::sip
