// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sip/message/transfer_fields.h"

namespace dering::sip {
namespace {

/// Whatever is read can be written, and is read as the same.
void check_replaces(const Replaces& replaces) {
  DERING_CHECK(!replaces.call_id.empty() && !replaces.to_tag.empty() && !replaces.from_tag.empty());
  DERING_CHECK(parse_replaces(replaces_value(replaces)) == replaces);
  const std::string text = refer_to_value("sip:1002@h", replaces);
  const auto refer_to = parse_refer_to(text);
  DERING_CHECK(refer_to && refer_to->target == "sip:1002@h" && refer_to->replaces == replaces);
}

}  // namespace
}  // namespace dering::sip

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::sip;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto replaces = parse_replaces(text)) check_replaces(*replaces);
  if (const auto refer_to = parse_refer_to(text)) {
    const auto target = parse_uri(refer_to->target);
    DERING_CHECK(target && target->headers.empty());
    if (refer_to->replaces) check_replaces(*refer_to->replaces);
    const std::string again = refer_to_value(refer_to->target, refer_to->replaces);
    if (again.size() <= max_refer_to_size) DERING_CHECK(parse_refer_to(again).has_value());
  }
  if (const auto referred_by = parse_referred_by(text)) {
    DERING_CHECK(referred_by->referrer.uri.headers.empty());
  }
  if (const auto fragment = parse_status_fragment(text)) {
    DERING_CHECK(fragment->status >= 100 && fragment->status <= 699);
  }
  return 0;
}
