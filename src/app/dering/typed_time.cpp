// SPDX-License-Identifier: Apache-2.0
#include "app/dering/typed_time.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace dering::app {

std::optional<UnixSeconds> moment_before(std::string_view text, UnixSeconds now) {
  if (text.empty()) return UnixSeconds(0);
  const char unit = text.back();
  text.remove_suffix(1);
  const auto count = to_number<std::uint32_t>(text);
  const int seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : 86'400;
  if (!count || *count > 100'000 || std::string_view("smhd").find(unit) == std::string_view::npos) {
    return std::nullopt;
  }
  return std::max(UnixSeconds(0), now - UnixSeconds(std::int64_t{*count} * seconds));
}

}  // namespace dering::app
