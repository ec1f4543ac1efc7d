// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "sip/event/dialog_info.h"
#include "sip/event/presence_info.h"
#include "sip/event/xml_text.h"

namespace dering::sip {
namespace {

std::size_t count(std::string_view text, char c) {
  std::size_t found = 0;
  for (const char other : text) found += other == c ? 1 : 0;
  return found;
}

/// Whatever a name holds, the document has the tags that it has with an empty one.
void check_document(const std::string& hostile, const std::string& harmless) {
  DERING_CHECK(is_utf8(hostile));
  DERING_CHECK(count(hostile, '<') == count(harmless, '<'));
  DERING_CHECK(count(hostile, '>') == count(harmless, '>'));
  DERING_CHECK(count(hostile, '"') == count(harmless, '"'));
  DERING_CHECK(count(hostile, '\n') == count(harmless, '\n'));
}

std::string document(const std::string& text) {
  const WatchedDialog dialog{.id = text,
                             .names = DialogId{text, text, text},
                             .remote_uri = "x" + text,
                             .remote_name = "x" + text};
  return dialog_info({1, DialogInfo::Extent::partial, text, {dialog}});
}

}  // namespace
}  // namespace dering::sip

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::sip;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  check_document(document(text), document({}));
  const auto open = PresenceInfo::State::on_the_phone;
  check_document(presence_info({text, open}), presence_info({{}, open}));
  return 0;
}
