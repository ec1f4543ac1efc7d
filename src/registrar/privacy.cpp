// SPDX-License-Identifier: Apache-2.0
#include "registrar/privacy.h"

#include "base/text.h"

namespace dering::registrar {

bool hides_caller(const sip::Message& request) {
  const sip::Uri& from = request.from().uri;
  if (equals_ignoring_case(from.host, "anonymous.invalid")) return true;
  if (equals_ignoring_case(from.user, "anonymous")) return true;
  std::string_view values = request.header("Privacy").value_or("");
  while (!values.empty()) {
    const std::string_view value = trimmed(take_until(values, ';'));
    for (const std::string_view hiding : {"id", "user", "header"}) {
      if (equals_ignoring_case(value, hiding)) return true;
    }
  }
  return false;
}

}  // namespace dering::registrar
