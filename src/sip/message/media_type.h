// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace dering::sip {

/// Content-Type, or one media range of Accept (RFC 3261 §20.15, §20.1). Views over the message.
struct MediaType {
  std::string_view type;        ///< "application", or "*" of a range
  std::string_view subtype;     ///< "sdp", or "*" of a range
  std::string_view parameters;  ///< without the leading ';'; not judged

  /// Whether it is this one, whatever its case and parameters: "application/sdp".
  bool is(std::string_view name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Blanks may stand around "/" and ";". Nothing if it is not "type/subtype" with parameters after
/// it, if any.
std::optional<MediaType> parse_media_type(std::string_view value);

/// Whether the value of a Content-Type is this media type: "application/sdp".
bool is_media_type(std::string_view value, std::string_view name);

/// Whether who sent this Accept takes `name`: the most specific range that fits decides, and q=0
/// means no (RFC 2616 §14.1, to which RFC 3261 §20.1 points). Ranges that cannot be read are as
/// good as absent; without any, all is welcome.
bool is_acceptable(std::span<const std::string_view> ranges, std::string_view name);

}  // namespace dering::sip
