// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "api/form.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"

/// What a form holds is UTF-8 without NUL and comes back from its percent-encoded form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering;
  const std::string_view text = as_text({bytes, size});
  (void)api::Form::parse(text);
  const auto again = api::Form::parse("x=" + api::percent_encoded(text));
  const bool is_good = is_utf8(text) && text.find('\0') == std::string_view::npos;
  DERING_CHECK(again.has_value() == is_good);
  if (again) DERING_CHECK((*again)["x"] == text);
  return 0;
}
