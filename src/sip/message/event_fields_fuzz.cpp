// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sip/message/event_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::sip;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto event = parse_event(text)) {
    DERING_CHECK(!event->type.empty() && event->type.size() <= max_event_size);
    const std::string alone =
        std::string(event->type) + (event->id.empty() ? "" : ";id=" + std::string(event->id));
    const auto again = parse_event(alone);
    DERING_CHECK(again && again->type == event->type && again->id == event->id);
  }
  if (const auto state = parse_subscription_state(text)) {
    DERING_CHECK(parse_subscription_state(subscription_state_value(*state)) == state);
  }
  return 0;
}
