// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sip/message/dialled_number.h"
#include "sip/message/fields.h"
#include "sip/message/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::sip;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  DERING_CHECK(unescaped(escaped_user(text)) == text);
  DERING_CHECK(text.empty() || parse_uri("sip:" + escaped_user(text) + "@h"));

  const auto uri = parse_uri(text);
  if (!uri) return 0;
  DERING_CHECK(is_equivalent(*uri, *uri));
  (void)uri->parameter("transport");
  if (const auto number = dialled_number(*uri)) {
    DERING_CHECK(number->text.find_first_not_of("+0123456789*#") == std::string::npos);
    const std::string plain = "sip:" + number->text + "@h";  // the URI is a view of it
    const auto again = parse_uri(plain);
    DERING_CHECK(again && dialled_number(*again)->text == number->text);
  }
  // A URI that reads alone reads in brackets, and as the same.
  const std::string in_brackets = "<" + std::string(text) + ">;tag=1";
  const auto address = parse_name_addr(in_brackets);
  DERING_CHECK(address && address->uri.text == text && address->tag() == "1");
  return 0;
}
