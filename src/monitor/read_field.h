// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace dering::monitor {

/// Value of the first header field of this name, or of its compact form (RFC 3261 §7.3.3), as far
/// as its first line goes; empty if there is none. For people to read: nobody is judged by it.
std::string_view field_of(std::string_view message, std::string_view name);
/// The first line.
std::string_view start_line_of(std::string_view message);
bool is_response(std::string_view message);
/// The user part of the first URI in a header field or start line; empty if it has none.
std::string_view user_in(std::string_view value);
/// Host of the same URI, without port.
std::string_view host_in(std::string_view value);

}  // namespace dering::monitor
