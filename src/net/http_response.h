// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "net/http_message.h"

namespace dering::net {

/// Status line and fields of a response, with the empty line at the end (RFC 9112 §4). A field
/// whose name or value could end its line early is left out, and one that speaks of framing too.
struct ResponseHead {
  int status = 200;
  const HttpFields& fields;
  /// Nothing: there is no body, or it ends with the stream.
  std::optional<std::size_t> content_length;
  bool is_keep_alive = false;
  UnixSeconds date{};
};
/// A refusal with a sentence for whoever reads it (RFC 9457).
HttpResponse problem_response(int status, std::string_view sentence);
std::string to_text(const ResponseHead& head);

}  // namespace dering::net
