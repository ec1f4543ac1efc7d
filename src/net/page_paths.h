// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace dering::net {

/// The addresses that belong to the phone's page: index.html is sent there and the page itself
/// finds out what to show. All others that name no file are 404. A "*" stands for one segment.
inline constexpr std::array<std::string_view, 7> page_paths{
    "/", "/auth/callback", "/c/*", "/call", "/keypad", "/recent", "/settings/*",
};

}  // namespace dering::net
