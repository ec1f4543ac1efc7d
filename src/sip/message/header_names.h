// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "sip/message/header.h"

namespace dering::sip::detail {

inline constexpr std::size_t header_count = static_cast<std::size_t>(HeaderId::other);

/// Long names in the order of HeaderId.
inline constexpr std::array<std::string_view, header_count> header_names{
    "Via",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Contact",
    "Max-Forwards",
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Content-Disposition",
    "Expires",
    "Min-Expires",
    "Require",
    "Proxy-Require",
    "Supported",
    "Unsupported",
    "Allow",
    "Accept",
    "Route",
    "Record-Route",
    "Path",
    "Authorization",
    "Proxy-Authorization",
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Session-Expires",
    "Min-SE",
    "Event",
    "Subscription-State",
    "Refer-To",
    "Referred-By",
    "Replaces",
    "Reason",
    "Retry-After",
    "User-Agent",
    "Server",
    "Warning",
    "Date",
    "Allow-Events",
    "RSeq",
    "RAck",
};

}  // namespace dering::sip::detail
