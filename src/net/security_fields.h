// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "net/http_message.h"

namespace dering::net {

/// The fields that tell a browser how little a response may do (hostile-input H11). One per
/// listener: https adds HSTS. Immutable after construction.
class SecurityFields {
 public:
  SecurityFields(std::span<const std::string> connect_origins, std::string_view frame_ancestors,
                 bool is_tls);

  /// Adds each field that the response does not set itself: a page of its own may bring its own
  /// Content-Security-Policy.
  void add_to(HttpFields& fields) const;

 private:
  HttpFields fields_;
};

}  // namespace dering::net
