// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.h"

#include "base/text.h"

namespace dering::net {

std::optional<std::string_view> HttpRequest::field(std::string_view name) const {
  for (const auto& [field_name, value] : fields) {
    if (equals_ignoring_case(field_name, name)) return value;
  }
  return std::nullopt;
}

}  // namespace dering::net
