// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sdp/description.h"

namespace dering::sdp {

/// An RTP payload type is seven bits wide (RFC 3550 §5.1).
inline constexpr std::size_t payload_type_count = 128;
using PayloadTypes = std::bitset<payload_type_count>;

std::optional<std::uint8_t> parse_payload_type(std::string_view text);

/// The formats of an RTP section as a set: "111 63 9". Nothing if one is not a payload type.
std::optional<PayloadTypes> all_payload_types(std::string_view formats);

/// Of rtpmap, fmtp and rtcp-fb lines: the first word of the value. Nothing for other attributes
/// and for "a=rtcp-fb:*".
std::optional<std::uint8_t> payload_type_of(const Line& line);

/// Keeps only these formats of an RTP section, with the lines that speak of them.
void keep_payload_types(MediaSection& section, const PayloadTypes& kept);

}  // namespace dering::sdp
