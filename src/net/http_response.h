// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "net/http_message.h"

namespace dering::net {

/// Status line and fields of a response, with the empty line at the end (RFC 9112 §4). A field
/// whose name or value could end its line early is left out.
struct ResponseHead {
  int status = 200;
  const HttpFields& fields;
  std::optional<std::size_t>
      content_length;  ///< nothing: no body, or one that ends with the stream
  bool is_keep_alive = false;
  UnixSeconds date{};
};
std::string to_text(const ResponseHead& head);

}  // namespace dering::net
