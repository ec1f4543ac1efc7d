// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dering::monitor {

/// Text from outside as a terminal may be shown it: control characters (C0 but for line breaks,
/// DEL, C1), marks that turn the direction of writing, and what is no UTF-8 are written as \x1b; a
/// tab is a space, CR LF one line break.
std::string for_terminal(std::string_view text);
/// The same as text of JSON: what is no UTF-8 and what only steers a terminal is U+FFFD, all else
/// is as it was.
std::string for_json(std::string_view text);

}  // namespace dering::monitor
