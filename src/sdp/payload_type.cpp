// SPDX-License-Identifier: Apache-2.0
#include "sdp/payload_type.h"

#include "base/text.h"

namespace dering::sdp {

std::optional<std::uint8_t> parse_payload_type(std::string_view text) {
  const auto number = to_number<std::uint8_t>(text);
  if (!number || *number >= payload_type_count) return std::nullopt;
  return number;
}

std::optional<PayloadTypes> all_payload_types(std::string_view formats) {
  PayloadTypes types;
  while (!formats.empty()) {
    const auto type = parse_payload_type(take_until(formats, ' '));
    if (!type) return std::nullopt;
    types.set(*type);
  }
  return types;
}

std::optional<std::uint8_t> payload_type_of(const Line& line) {
  const std::string_view name = attribute_name(line);
  if (name != "rtpmap" && name != "fmtp" && name != "rtcp-fb") return std::nullopt;
  std::string_view value = attribute_value(line);
  return parse_payload_type(take_until(value, ' '));
}

void keep_payload_types(MediaSection& section, const PayloadTypes& kept) {
  std::string formats;
  for (std::string_view rest = section.formats; !rest.empty();) {
    const std::string_view format = take_until(rest, ' ');
    const auto type = parse_payload_type(format);
    if (!type || !kept.test(*type)) continue;
    if (!formats.empty()) formats.push_back(' ');
    formats.append(format);
  }
  section.formats = std::move(formats);
  std::erase_if(section.lines, [&](const Line& line) {
    const auto type = payload_type_of(line);
    return type && !kept.test(*type);
  });
}

}  // namespace dering::sdp
